import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { workspaceRoute } from '@/shared/routing/routes';

const list = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'changes',
  component: lazyRouteComponent(() => import('./components/ChangesPage'), 'ChangesPage'),
});

const detail = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'changes/$batchId',
  component: lazyRouteComponent(() => import('./components/ChangePage'), 'ChangePage'),
});

export const changeRoutes = [list, detail] as const;
