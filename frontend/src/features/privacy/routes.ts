import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsRoute } from '@/shared/routing/routes';

const privacy = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'privacy',
  component: lazyRouteComponent(() => import('./components/PrivacyPage'), 'PrivacyPage'),
});

const erasure = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'privacy/$erasureId',
  component: lazyRouteComponent(() => import('./components/ErasurePage'), 'ErasurePage'),
});

export const privacyRoutes = [privacy, erasure] as const;
