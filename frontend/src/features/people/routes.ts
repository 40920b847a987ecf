import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsRoute } from '@/shared/routing/routes';

const members = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'members',
  component: lazyRouteComponent(() => import('./components/MembersPage'), 'MembersPage'),
});

const workspace = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'workspace',
  component: lazyRouteComponent(() => import('./components/WorkspacePage'), 'WorkspacePage'),
});

export const peopleRoutes = [workspace, members] as const;
