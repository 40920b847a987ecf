import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { body, sessionApi } from '@/api/client';
import type { components } from '@/api/schema';
import { storeSession } from '@/shared/session/session';
import type { Workspace } from '@/shared/workspace/workspace';

export type SignedInBrowser = components['schemas']['SignedInBrowser'];

export const sessionsQuery = queryOptions({
  queryKey: ['own-sessions'],
  queryFn: ({ signal }) => body(sessionApi.GET('/api/session/sessions', { signal })),
});

export const twoFactorQuery = queryOptions({
  queryKey: ['own-two-factor'],
  queryFn: ({ signal }) => body(sessionApi.GET('/api/session/two-factor', { signal })),
});

export async function endSession(id: string): Promise<void> {
  await body(sessionApi.DELETE('/api/session/sessions/{id}', { params: { path: { id } } }));
}

export async function endEverySession(): Promise<void> {
  await body(sessionApi.DELETE('/api/session/sessions'));
}

export function changePassword(password: string) {
  return body(sessionApi.POST('/api/session/password', { body: { password } }));
}

export function changeEmail(email: string) {
  return body(sessionApi.POST('/api/session/email', { body: { email } }));
}

export function beginTwoFactor() {
  return body(sessionApi.POST('/api/session/two-factor'));
}

export function confirmTwoFactor(code: string) {
  return body(sessionApi.POST('/api/session/two-factor/confirm', { body: { code } }));
}

export function renewRecoveryCodes() {
  return body(sessionApi.POST('/api/session/two-factor/recovery-codes'));
}

export function requirementQuery({ api, key }: Workspace) {
  return queryOptions({
    queryKey: key('two-factor'),
    queryFn: ({ signal }) => body(api.GET('/api/v1/workspace/two-factor', { signal })),
  });
}

export function changeRequirement({ api }: Workspace, required: boolean, graceDays: number) {
  const wanted = { required, grace_days: graceDays };
  return body(api.PUT('/api/v1/workspace/two-factor', { body: wanted }));
}

/** Turn it off, after the person has said who they are. */
export function useTurnOff() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => body(sessionApi.DELETE('/api/session/two-factor')),
    onSuccess: async (session) => {
      storeSession(client, session);
      await client.invalidateQueries({ queryKey: twoFactorQuery.queryKey });
    },
  });
}
