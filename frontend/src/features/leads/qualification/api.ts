import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Criterion, CriterionInput, FindingInput, Lead, Qualification, Standing } from '@/api/types';
import type { Filter } from '@/shared/records/model/filters';
import { useAct } from '@/shared/workspace/useAct';
import type { Workspace } from '@/shared/workspace/workspace';

/** What is demanded of a lead before it is qualified. */
export function qualificationQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('qualification'),
    queryFn: ({ signal }): Promise<Qualification> => body(workspace.api.GET('/api/v1/qualification', { signal })),
  });
}

/** How a lead stands; asked again for each version, since what it holds may decide a criterion. */
export function standingQuery(workspace: Workspace, id: string, version: number) {
  return queryOptions({
    queryKey: workspace.key('leads', 'standing', id, version),
    queryFn: ({ signal }): Promise<Standing> =>
      body(workspace.api.GET('/api/v1/leads/{id}/qualification', { params: { path: { id } }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
}

/** How many leads wait for somebody to confirm them; only for those who may. */
export function waitingQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('leads', 'waiting'),
    queryFn: async ({ signal }): Promise<number> => {
      const query = { qualification_state: 'waiting', limit: 1, count: 1, fields: 'id' } as const;
      return (await body(workspace.api.GET('/api/v1/leads', { params: { query }, signal }))).count?.value ?? 0;
    },
    staleTime: 30_000,
  });
}

export const WAITING: Filter = { all: [{ field: 'qualification_state', op: 'in', value: ['waiting'] }] };

const at = (id: string) => ({ path: { id } });
const match = (version: number) => ({ 'If-Match': `"${version}"` });

export function useAssess(id: string) {
  return useAct('leads', ({ api }, { criterion, ...found }: FindingInput & { criterion: string }) =>
    body(api.PUT('/api/v1/leads/{id}/qualification/{criterion}', { params: { path: { id, criterion } }, body: found })),
  );
}

export type Decision =
  | { act: 'qualify'; note: string | null }
  | { act: 'confirm' }
  | { act: 'withdraw' }
  | { act: 'send_back'; reason: string };

export function useDecide(id: string) {
  return useAct('leads', ({ api }, decision: Decision): Promise<Pick<Lead, 'id' | 'version'> & Partial<Lead>> => {
    const params = at(id);
    if (decision.act === 'qualify')
      return body(api.POST('/api/v1/leads/{id}/qualify', { params, body: { note: decision.note } }));
    if (decision.act === 'send_back')
      return body(api.POST('/api/v1/leads/{id}/qualification/send-back', { params, body: { reason: decision.reason } }));
    if (decision.act === 'confirm') return body(api.POST('/api/v1/leads/{id}/qualification/confirm', { params }));
    return body(api.POST('/api/v1/leads/{id}/qualification/withdraw', { params }));
  });
}

export function useChangePolicy() {
  return useAct('qualification', ({ api }, { version, ...policy }: { version: number; threshold?: number; confirm?: boolean }) =>
    body(api.PATCH('/api/v1/qualification', { params: { header: match(version) }, body: policy })),
  );
}

export function useSaveCriterion() {
  return useAct('qualification', ({ api }, { criterion, sent }: { criterion: Criterion | null; sent: CriterionInput }) =>
    criterion
      ? body(
          api.PATCH('/api/v1/qualification/criteria/{id}', {
            params: { ...at(criterion.id), header: match(criterion.version) },
            body: sent,
          }),
        )
      : body(api.POST('/api/v1/qualification/criteria', { body: sent })),
  );
}

export function useRemoveCriterion() {
  return useAct('qualification', ({ api }, id: string) =>
    body(api.DELETE('/api/v1/qualification/criteria/{id}', { params: at(id) })),
  );
}

export function useOrderCriteria() {
  return useAct('qualification', ({ api }, ids: string[]) =>
    body(api.PUT('/api/v1/qualification/criteria/order', { body: { ids } })),
  );
}
