import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { workspaceRoute } from '@/shared/routing/routes';

const list = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'imports',
  component: lazyRouteComponent(() => import('./components/ImportsPage'), 'ImportsPage'),
});

const create = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'imports/new',
  component: lazyRouteComponent(() => import('./components/NewImportPage'), 'NewImportPage'),
});

const detail = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'imports/$importId',
  component: lazyRouteComponent(() => import('./components/ImportPage'), 'ImportPage'),
});

export const importRoutes = [list, create, detail] as const;
