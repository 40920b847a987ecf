import { queryOptions, useMutation, useQueryClient, useSuspenseQuery, type QueryClient } from '@tanstack/react-query';
import { body, sessionApi } from '@/api/client';
import { setCsrfToken } from '@/api/transport';
import type { Session, User } from '@/api/types';
import type { Profile } from './preferences';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    const session = await body(sessionApi.GET('/api/session', { signal }));
    setCsrfToken(session.csrf_token);
    return session;
  },
  staleTime: 5 * 60_000,
});

/** Keep a session body that another call (sign-in, verify) answered with. */
export function storeSession(client: QueryClient, session: Session): void {
  setCsrfToken(session.csrf_token);
  client.setQueryData(sessionQuery.queryKey, session);
}

/** Ask again who is signed in and where they belong. */
export function refreshSession(client: QueryClient): Promise<Session> {
  return client.query({ ...sessionQuery, staleTime: 0 });
}

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/**
 * The signed-in person, for pages that the router guards. When the session is found gone, the last known one
 * stays until they have signed in again, so that the page keeps what was typed.
 */
export function useUser(): User {
  const client = useQueryClient();
  const { user } = useSession();
  const known = user ?? client.getQueryData<User>(['last-user']);
  if (!known) throw new Error('useUser needs a signed-in person');
  if (user) client.setQueryData(['last-user'], user);
  return known;
}

/** Change name, language, theme, density or time zone; shown at once and taken back when refused. */
export function useProfileChange() {
  const client = useQueryClient();
  const show = (change: (user: User) => User): void => {
    client.setQueryData(sessionQuery.queryKey, (session) =>
      session?.user ? { ...session, user: change(session.user) } : session,
    );
  };
  return useMutation({
    mutationFn: (change: Profile) => body(sessionApi.PATCH('/api/session/profile', { body: change })),
    onMutate: (change) => {
      const before = client.getQueryData(sessionQuery.queryKey)?.user;
      show((user) => ({ ...user, ...change }));
      return before;
    },
    onSuccess: ({ user }) => show(() => user),
    onError: (_error, _change, before) => {
      if (before) show(() => before);
    },
  });
}
