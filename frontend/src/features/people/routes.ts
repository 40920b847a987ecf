import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsRoute } from '@/shared/routing/routes';

const members = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'members',
  component: lazyRouteComponent(() => import('./components/MembersPage'), 'MembersPage'),
});

export const peopleRoutes = [members] as const;
