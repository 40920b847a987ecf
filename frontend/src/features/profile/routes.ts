import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { workspaceRoute } from '@/shared/routing/routes';

const profile = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'profile',
  component: lazyRouteComponent(() => import('./components/ProfilePage'), 'ProfilePage'),
});

export const profileRoutes = [profile] as const;
