import { queryOptions, useQuery } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Assignment } from '@/api/types';
import { useWorkspace, type Workspace } from './workspace';

/** Whether rules give leads to members; for those who may change them also what they are. */
export function assignmentQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('assignment'),
    queryFn: ({ signal }): Promise<Assignment> => body(workspace.api.GET('/api/v1/assignment', { signal })),
    staleTime: 60_000,
  });
}

/** Whether there are rules that would give a new record of this object to somebody; false until that is known. */
export function useIsAssigned(object: string): boolean {
  const { data } = useQuery({ ...assignmentQuery(useWorkspace()), enabled: object === 'lead' });
  return object === 'lead' && (data?.active ?? false);
}
