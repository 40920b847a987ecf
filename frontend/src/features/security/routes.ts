import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsRoute } from '@/shared/routing/routes';

const security = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'security',
  component: lazyRouteComponent(() => import('./components/SecurityPage'), 'SecurityPage'),
});

export const securityRoutes = [security] as const;
