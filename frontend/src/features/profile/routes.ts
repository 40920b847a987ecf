import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsRoute } from '@/shared/routing/routes';

const profile = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'profile',
  component: lazyRouteComponent(() => import('./components/ProfilePage'), 'ProfilePage'),
});

export const profileRoutes = [profile] as const;
