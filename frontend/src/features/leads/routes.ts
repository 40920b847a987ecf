import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { workspaceRoute } from '@/shared/routing/routes';

const list = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'leads',
  component: lazyRouteComponent(() => import('./components/LeadsPage'), 'LeadsPage'),
});

const detail = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'leads/$leadId',
  component: lazyRouteComponent(() => import('./components/LeadPage'), 'LeadPage'),
});

export const leadRoutes = [list, detail] as const;
