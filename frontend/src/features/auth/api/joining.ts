import { queryOptions } from '@tanstack/react-query';
import { body, sessionApi } from '@/api/client';
import type { NewMember } from '@/api/types';

/** What the link of an invitation offers. Asked again for each person: the answer says whether it is for them. */
export function offerQuery(token: string, userId: string | null) {
  return queryOptions({
    queryKey: ['invitation', token, userId],
    queryFn: () => body(sessionApi.POST('/api/session/invitation', { body: { token } })),
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

/** Join with the account one is signed in with. */
export function acceptInvitation(token: string) {
  return body(sessionApi.POST('/api/session/invitation/accept', { body: { token } }));
}

/** Join with a new account; signs in. */
export function joinAsNew(person: NewMember) {
  return body(sessionApi.POST('/api/session/invitation/join', { body: person }));
}

export async function endSession(): Promise<void> {
  await body(sessionApi.POST('/api/session/sign-out'));
}
