import { queryOptions } from '@tanstack/react-query';
import { body, sessionApi } from '@/api/client';
import type { Session, SignUp, WorkspaceDraft } from '@/api/types';

export function signIn(email: string, password: string): Promise<Session> {
  return body(sessionApi.POST('/api/session/sign-in', { body: { email, password } }));
}

export function finishSignIn(code: string): Promise<Session> {
  return body(sessionApi.POST('/api/session/second-step', { body: { code } }));
}

export async function askReset(email: string): Promise<void> {
  await body(sessionApi.POST('/api/session/password-reset', { body: { email } }));
}

export async function finishReset(token: string, password: string): Promise<void> {
  await body(sessionApi.POST('/api/session/password-reset/finish', { body: { token, password } }));
}

/** Redeem the link of a new address once, however often the page renders. */
export function confirmEmailQuery(token: string) {
  return queryOptions({
    queryKey: ['confirm-email', token],
    queryFn: () => body(sessionApi.POST('/api/session/email/confirm', { body: { token } })),
    retry: false,
    staleTime: Infinity,
    gcTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

export async function signUp(values: SignUp): Promise<void> {
  await body(sessionApi.POST('/api/session/sign-up', { body: values }));
}

export async function resendLink(email: string): Promise<void> {
  await body(sessionApi.POST('/api/session/resend', { body: { email } }));
}

export function createWorkspace(draft: WorkspaceDraft) {
  return body(sessionApi.POST('/api/session/workspaces', { body: draft }));
}

/** Redeem a link opened in another browser than the sign-up, which takes the password chosen there. */
export function verifyWithPassword(token: string, password: string) {
  return body(sessionApi.POST('/api/session/verify', { body: { token, password } }));
}

/** Redeem the token of a verification link once, however often the page renders. */
export function verificationQuery(token: string) {
  return queryOptions({
    queryKey: ['verify', token],
    queryFn: () => body(sessionApi.POST('/api/session/verify', { body: { token } })),
    retry: false,
    staleTime: Infinity,
    gcTime: Infinity,
    refetchOnWindowFocus: false,
  });
}

/** The address a name would get, and whether it is free. */
export function slugQuery(name: string) {
  return queryOptions({
    queryKey: ['slug', name],
    queryFn: ({ signal }) => body(sessionApi.GET('/api/session/slug', { params: { query: { name } }, signal })),
    enabled: name.trim() !== '',
    staleTime: 30_000,
  });
}

/** Polls while a workspace is being built. */
export function provisioningQuery(id: string) {
  return queryOptions({
    queryKey: ['provisioning', id],
    queryFn: ({ signal }) =>
      body(sessionApi.GET('/api/session/workspaces/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data?.state === 'provisioning' || !state.data ? 800 : false),
    gcTime: 0,
  });
}
