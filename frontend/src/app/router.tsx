import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { auditRoutes } from '@/features/audit/routes';
import { authRoutes } from '@/features/auth/routes';
import { dataRoutes } from '@/features/data/routes';
import { changeRoutes } from '@/features/changes/routes';
import { importRoutes } from '@/features/imports/routes';
import { leadRoutes, leadSettings } from '@/features/leads/routes';
import { notificationRoutes, notificationSettingsRoutes } from '@/features/notifications/routes';
import { onboardingRoutes } from '@/features/onboarding/routes';
import { peopleRoutes } from '@/features/people/routes';
import { privacyRoutes } from '@/features/privacy/routes';
import { profileRoutes } from '@/features/profile/routes';
import { rightsRoutes } from '@/features/rights/routes';
import { securityRoutes } from '@/features/security/routes';
import { rootRoute, settingsRoute, workspaceRoute } from '@/shared/routing/routes';
import { PageSkeleton } from '@/shared/ui/Skeletons';
import { NotFoundPage, PublicNotFoundPage } from './NotFoundPage';
import { RootLayout } from './RootLayout';
import { PublicRouteError, RouteError } from './RouteError';
import { SettingsIndexRoute, SettingsLayoutRoute } from './settings/routes';
import { WorkspaceLayoutRoute } from './shell/lazy';

rootRoute.update({ component: RootLayout, notFoundComponent: PublicNotFoundPage, errorComponent: PublicRouteError });
workspaceRoute.update({
  component: WorkspaceLayoutRoute,
  notFoundComponent: NotFoundPage,
  errorComponent: PublicRouteError,
});

settingsRoute.update({ component: SettingsLayoutRoute });

/** The pages of the settings, by feature. */
const settings = settingsRoute.addChildren([
  SettingsIndexRoute,
  ...profileRoutes,
  ...notificationSettingsRoutes,
  ...securityRoutes,
  ...peopleRoutes,
  ...rightsRoutes,
  ...auditRoutes,
  ...dataRoutes,
  ...leadSettings,
  ...privacyRoutes,
]);

const routeTree = rootRoute.addChildren([
  ...authRoutes,
  workspaceRoute.addChildren([
    ...onboardingRoutes,
    ...leadRoutes,
    ...importRoutes,
    ...changeRoutes,
    ...notificationRoutes,
    settings,
  ]),
]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 300,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: NotFoundPage,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
