import { queryOptions } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { RetentionRule, RetentionRuleInput, RetentionRun } from '@/api/types';
import { isAtWork } from '@/shared/records/bulk/data';
import { useAct } from '@/shared/workspace/useAct';
import type { Workspace } from '@/shared/workspace/workspace';

const LOOK_MS = 2000;

/** Whether something happens to what a run has deleted. */
export function isMoving({ state, undoing }: RetentionRun): boolean {
  return isAtWork({ state }) || (undoing !== null && isAtWork({ state: undoing }));
}

export function retentionQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('retention'),
    queryFn: ({ signal }) => body(workspace.api.GET('/api/v1/retention', { signal })),
    refetchInterval: ({ state }) => (state.data?.runs.some(isMoving) ? LOOK_MS : false),
    staleTime: 0,
  });
}

/** What a rule would delete if it were carried out now. */
export function retentionPreviewQuery(
  workspace: Workspace,
  object: RetentionRule['object'],
  asked: { months: number; filter: RetentionRuleInput['filter'] },
) {
  return queryOptions({
    queryKey: workspace.key('retention', 'preview', object, asked),
    queryFn: ({ signal }) =>
      body(workspace.api.POST('/api/v1/retention/{id}/preview', { params: { path: { id: object } }, body: asked, signal })),
    retry: false,
  });
}

/** Say how long records of a type are kept. */
export function useRetain({ object, version }: RetentionRule) {
  return useAct('retention', ({ api }, sent: RetentionRuleInput) =>
    body(
      api.PUT('/api/v1/retention/{id}', {
        params: { path: { id: object }, header: { 'If-Match': `"${version}"` } },
        body: sent,
      }),
    ),
  );
}

export function useBringBack() {
  return useAct('retention', ({ api }, id: string) =>
    body(api.POST('/api/v1/retention/runs/{id}/undo', { params: { path: { id } } })),
  );
}
