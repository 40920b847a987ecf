import { queryOptions } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { AssignmentLoad, AssignmentPatch, AssignmentRule, AssignmentRuleInput } from '@/api/types';
import { useAct } from '@/shared/workspace/useAct';
import type { Workspace } from '@/shared/workspace/workspace';

/** What each member can take, and has. */
export function loadsQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('assignment', 'members'),
    queryFn: async ({ signal }): Promise<AssignmentLoad[]> =>
      (await body(workspace.api.GET('/api/v1/assignment/members', { signal }))).data,
    staleTime: 0,
  });
}

/** Which rule would take a lead now. */
export function trialQuery(workspace: Workspace, lead: string) {
  return queryOptions({
    queryKey: workspace.key('assignment', 'trial', lead),
    queryFn: ({ signal }) => body(workspace.api.POST('/api/v1/assignment/trial', { body: { lead }, signal })),
    staleTime: 0,
    retry: false,
  });
}

const at = (id: string) => ({ path: { id } });
const match = (version: number) => ({ 'If-Match': `"${version}"` });

export function useSaveRule() {
  return useAct('assignment', ({ api }, { rule, sent }: { rule: AssignmentRule | null; sent: AssignmentRuleInput }) =>
    rule
      ? body(
          api.PATCH('/api/v1/assignment/rules/{id}', {
            params: { ...at(rule.id), header: match(rule.version) },
            body: sent,
          }),
        )
      : body(api.POST('/api/v1/assignment/rules', { body: sent })),
  );
}

export function useRemoveRule() {
  return useAct('assignment', ({ api }, id: string) => body(api.DELETE('/api/v1/assignment/rules/{id}', { params: at(id) })));
}

export function useOrderRules() {
  return useAct('assignment', ({ api }, ids: string[]) => body(api.PUT('/api/v1/assignment/rules/order', { body: { ids } })));
}

export function useChangeAssignment() {
  return useAct('assignment', ({ api }, { version, ...sent }: AssignmentPatch & { version: number }) =>
    body(api.PATCH('/api/v1/assignment', { params: { header: match(version) }, body: sent })),
  );
}

export function useChangeLoad() {
  return useAct('assignment', ({ api }, { id, ...sent }: { id: string; capacity?: number | null; paused?: boolean }) =>
    body(api.PATCH('/api/v1/assignment/members/{id}', { params: at(id), body: sent })),
  );
}

export function useAssign() {
  return useAct('leads', ({ api }, id: string) => body(api.POST('/api/v1/leads/{id}/assign', { params: at(id) })));
}
