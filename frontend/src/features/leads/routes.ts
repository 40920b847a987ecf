import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { readListSearch } from '@/shared/records/model/search';
import { viewsQuery } from '@/shared/records/views/data';
import { settingsRoute, workspaceRoute } from '@/shared/routing/routes';
import { membersQuery, meQuery, objectsQuery } from '@/shared/workspace/workspace';

const list = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'leads',
  validateSearch: readListSearch,
  loader: ({ context: { queryClient, workspace } }) => {
    // Not waited for: a list without its views is still a list.
    queryClient.query({ ...viewsQuery(workspace, 'lead'), staleTime: 'static' }).catch(() => undefined);
    return Promise.all([
      queryClient.query({ ...meQuery(workspace), staleTime: 'static' }),
      queryClient.query({ ...objectsQuery(workspace), staleTime: 'static' }),
      queryClient.query({ ...membersQuery(workspace), staleTime: 'static' }),
    ]);
  },
  component: lazyRouteComponent(() => import('./components/LeadsPage'), 'LeadsPage'),
});

const detail = createRoute({
  getParentRoute: () => workspaceRoute,
  path: 'leads/$leadId',
  component: lazyRouteComponent(() => import('./components/LeadPage'), 'LeadPage'),
});

const qualification = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'qualification',
  component: lazyRouteComponent(() => import('./qualification/QualificationPage'), 'QualificationPage'),
});

const assignment = createRoute({
  getParentRoute: () => settingsRoute,
  path: 'assignment',
  component: lazyRouteComponent(() => import('./assignment/AssignmentPage'), 'AssignmentPage'),
});

export const leadSettings = [qualification, assignment] as const;
export const leadRoutes = [list, detail] as const;
