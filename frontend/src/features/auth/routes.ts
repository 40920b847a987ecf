import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { rootRoute } from '@/shared/routing/routes';
import { lastWorkspace } from '@/shared/session/preferences';
import { sessionQuery } from '@/shared/session/session';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined);

const landing = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: async ({ context }) => {
    const { user, workspaces } = await context.queryClient.query({ ...sessionQuery, staleTime: 'static' });
    if (!user) throw redirect({ to: '/sign-in', replace: true });
    const last = workspaces.find(({ slug }) => slug === lastWorkspace());
    const target = last ?? workspaces.find(({ state }) => state === 'active') ?? workspaces[0];
    if (target) throw redirect({ to: '/w/$slug', params: { slug: target.slug }, replace: true });
  },
  component: lazyRouteComponent(() => import('./components/FirstWorkspacePage'), 'FirstWorkspacePage'),
});

/** `next` is the path to come back to; only paths of this site are followed. */
const signIn = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string | undefined } => {
    const next = text(search.next);
    // A key left out would keep its raw value.
    return { next: next && /^\/(?![/\\])/.test(next) ? next : undefined };
  },
  beforeLoad: async ({ context, search }) => {
    const { user } = await context.queryClient.query({ ...sessionQuery, staleTime: 'static' });
    if (user) throw redirect({ to: search.next ?? '/', replace: true });
  },
  component: lazyRouteComponent(() => import('./components/SignInPage'), 'SignInPage'),
});

const signUp = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  beforeLoad: ({ context }) => context.queryClient.query({ ...sessionQuery, staleTime: 'static' }),
  component: lazyRouteComponent(() => import('./components/SignUpPage'), 'SignUpPage'),
});

const verify = createRoute({
  getParentRoute: () => rootRoute,
  path: '/verify',
  validateSearch: (search: Record<string, unknown>): { token?: string | undefined } => {
    const token = text(search.token);
    return { token };
  },
  beforeLoad: ({ context }) => context.queryClient.query({ ...sessionQuery, staleTime: 'static' }),
  component: lazyRouteComponent(() => import('./components/VerifyPage'), 'VerifyPage'),
});

/** The link of an invitation to a workspace. */
const invitation = createRoute({
  getParentRoute: () => rootRoute,
  path: '/invitation',
  validateSearch: (search: Record<string, unknown>): { token?: string | undefined } => {
    const token = text(search.token);
    return { token };
  },
  beforeLoad: ({ context }) => context.queryClient.query({ ...sessionQuery, staleTime: 'static' }),
  component: lazyRouteComponent(() => import('./components/InvitationPage'), 'InvitationPage'),
});

const forgot = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgot-password',
  beforeLoad: ({ context }) => context.queryClient.query({ ...sessionQuery, staleTime: 'static' }),
  component: lazyRouteComponent(() => import('./components/ForgotPage'), 'ForgotPage'),
});

const reset = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reset-password',
  validateSearch: (search: Record<string, unknown>): { token?: string | undefined } => ({ token: text(search.token) }),
  beforeLoad: ({ context }) => context.queryClient.query({ ...sessionQuery, staleTime: 'static' }),
  component: lazyRouteComponent(() => import('./components/ResetPage'), 'ResetPage'),
});

/** Only in a session of the person who asked; strangers sign in first and come back. */
const confirmEmail = createRoute({
  getParentRoute: () => rootRoute,
  path: '/confirm-email',
  validateSearch: (search: Record<string, unknown>): { token?: string | undefined } => ({ token: text(search.token) }),
  beforeLoad: async ({ context, location }) => {
    const { user } = await context.queryClient.query({ ...sessionQuery, staleTime: 'static' });
    if (!user) throw redirect({ to: '/sign-in', search: { next: location.href }, replace: true });
  },
  component: lazyRouteComponent(() => import('./components/ConfirmEmailPage'), 'ConfirmEmailPage'),
});

export const authRoutes = [landing, signIn, signUp, verify, invitation, forgot, reset, confirmEmail] as const;
