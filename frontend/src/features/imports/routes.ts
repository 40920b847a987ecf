import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { workspaceRoute } from '@/shared/routing/routes';
import { STEPS, type Step } from './model';

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
  validateSearch: ({ step }): { step?: Step } => {
    const known = STEPS.find((each) => each === step);
    return known ? { step: known } : {};
  },
  component: lazyRouteComponent(() => import('./components/ImportPage'), 'ImportPage'),
});

export const importRoutes = [list, create, detail] as const;
