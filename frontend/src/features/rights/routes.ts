import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsRoute } from '@/shared/routing/routes';

const roles = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'roles',
  component: lazyRouteComponent(() => import('./components/RolesPage'), 'RolesPage'),
});

const teams = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'teams',
  component: lazyRouteComponent(() => import('./components/TeamsPage'), 'TeamsPage'),
});

export const rightsRoutes = [roles, teams] as const;
