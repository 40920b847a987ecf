import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute } from '@tanstack/react-router';

/** The roots that features hang their routes on. The app gives them their components. */
export const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()();

/** `/w/<slug>`: everything inside a workspace. Its context is read with `useWorkspace()`. */
export const workspaceRoute = createRoute({ getParentRoute: () => rootRoute, path: '/w/$slug' });
