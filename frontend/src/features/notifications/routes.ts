import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsRoute, workspaceRoute } from '@/shared/routing/routes';

const list = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'notifications',
  component: lazyRouteComponent(() => import('./components/NotificationsPage'), 'NotificationsPage'),
});

const choices = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'notifications',
  component: lazyRouteComponent(() => import('./components/ChoicesPage'), 'ChoicesPage'),
});

export const notificationRoutes = [list] as const;
export const notificationSettingsRoutes = [choices] as const;
