import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { workspaceRoute } from '@/shared/routing/routes';
import { meQuery } from '@/shared/workspace/workspace';

/** The front door of a workspace: first steps while it is empty, the leads once it is not. */
const front = createRoute({
  getParentRoute: () => workspaceRoute,
  path: '/',
  beforeLoad: async ({ context, params }) => {
    if (context.workspaceState !== 'active') return;
    const me = await context.queryClient.query({ ...meQuery(context.workspace), staleTime: 'static' });
    const to = me.onboarding.has_records ? '/w/$slug/leads' : '/w/$slug/welcome';
    throw redirect({ to, params, replace: true });
  },
});

const welcome = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'welcome',
  component: lazyRouteComponent(() => import('./components/WelcomePage'), 'WelcomePage'),
});

export const onboardingRoutes = [front, welcome] as const;
