import { queryOptions, useSuspenseQuery, type QueryClient } from '@tanstack/react-query';
import { body, sessionApi } from '@/api/client';
import { setCsrfToken } from '@/api/transport';
import type { Session, User } from '@/api/types';

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

export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

/** The signed-in person. Only for pages that the router guards. */
export function useUser(): User {
  const { user } = useSession();
  if (!user) throw new Error('useUser needs a signed-in person');
  return user;
}
