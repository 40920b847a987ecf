import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsRoute } from '@/shared/routing/routes';

const data = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'data',
  component: lazyRouteComponent(() => import('./components/DataPage'), 'DataPage'),
});

export const dataRoutes = [data] as const;
