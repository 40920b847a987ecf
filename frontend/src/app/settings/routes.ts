import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { settingsRoute } from '@/shared/routing/routes';

export const SettingsLayoutRoute = lazyRouteComponent(() => import('./SettingsLayout'), 'SettingsLayout');

/** `/w/<slug>/settings` itself: the list on a phone, the first page where there is room for both. */
export const SettingsIndexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./SettingsLayout'), 'SettingsIndex'),
});
