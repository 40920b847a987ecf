import type { QueryClient } from '@tanstack/react-query';
import { createRouter, Outlet } from '@tanstack/react-router';
import { importRoutes } from '@/features/imports/routes';
import { leadRoutes } from '@/features/leads/routes';
import { rootRoute, workspaceRoute } from '@/shared/routing/routes';

rootRoute.update({ component: Outlet });

const routeTree = rootRoute.addChildren([workspaceRoute.addChildren([...leadRoutes, ...importRoutes])]);

export function makeRouter(queryClient: QueryClient) {
  return createRouter({ routeTree, context: { queryClient }, defaultPreload: 'intent', scrollRestoration: true });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
