import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, notFound, redirect, rootRouteId } from '@tanstack/react-router';
import { sessionQuery } from '@/shared/session/session';
import { makeWorkspace } from '@/shared/workspace/workspace';

/** The roots that features hang their routes on. The app gives them their components. */
export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()();

/**
 * `/w/<slug>`: everything inside a workspace. Loaders below find `context.workspace`, components call
 * `useWorkspace()`. Strangers are sent to sign in and come back afterwards; no such workspace (or not theirs) is 404.
 */
export const workspaceRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/w/$slug',
  beforeLoad: async ({ context, params, location }) => {
    const session = await context.queryClient.query({ ...sessionQuery, staleTime: 'static' });
    if (!session.user) throw redirect({ to: '/sign-in', search: { next: location.href } });
    const summary = session.workspaces.find(({ slug }) => slug === params.slug);
    if (!summary) throw notFound({ routeId: rootRouteId });
    return { workspace: makeWorkspace(summary), workspaceState: summary.state };
  },
});

/** `/w/<slug>/settings`: the pages about the person and about the workspace, beside a list of them. */
export const settingsRoute = createRoute({ getParentRoute: () => workspaceRoute, path: 'settings' });
