import { useMutation, useQueryClient } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Role, RoleRights } from '@/api/types';
import { useWorkspace, type Workspace } from '@/shared/workspace/workspace';

/** Every act below changes what people may see: all that was read before is read again. */
function useAct<T>(act: (workspace: Workspace, given: T) => Promise<unknown>) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: T) => act(workspace, given),
    onSettled: () => client.invalidateQueries({ queryKey: workspace.key() }),
  });
}

export interface RoleDraft {
  /** The role as it is; null: a new one, copied from `copyOf`. */
  role: Role | null;
  copyOf: Role;
  label: string;
  rights: RoleRights;
}

export function useSaveRole() {
  return useAct(({ api }, { role, copyOf, label, rights }: RoleDraft) => {
    const sent = { label, rights: { ...rights, fields: withoutLimits(rights, (role ?? copyOf).rights) } };
    if (role)
      return body(
        api.PATCH('/api/v1/roles/{id}', {
          params: { path: { id: role.key }, header: { 'If-Match': `"${role.version ?? 0}"` } },
          body: sent,
        }),
      );
    const basedOn = (copyOf.based_on ?? copyOf.key) as NonNullable<Role['based_on']>;
    return body(api.POST('/api/v1/roles', { body: { ...sent, based_on: basedOn, copy_of: copyOf.key } }));
  });
}

type Fields = Record<string, Record<string, 'hidden' | 'read_only' | 'writable'>>;

/** What is not limited any more is said so: a field that is not named stays as it was. */
function withoutLimits(rights: RoleRights, before: RoleRights): Fields {
  const fields: Fields = {};
  for (const [type, limited] of Object.entries(before.fields))
    fields[type] = Object.fromEntries(Object.keys(limited).map((name) => [name, 'writable' as const]));
  for (const [type, limited] of Object.entries(rights.fields)) fields[type] = { ...fields[type], ...limited };
  return fields;
}

export function useRemoveRole() {
  return useAct(({ api }, key: string) => body(api.DELETE('/api/v1/roles/{id}', { params: { path: { id: key } } })));
}

export interface TeamDraft {
  id: string | null;
  name: string;
  parent_id: string | null;
}

export function useSaveTeam() {
  return useAct(({ api }, { id, ...sent }: TeamDraft) =>
    id
      ? body(api.PATCH('/api/v1/teams/{id}', { params: { path: { id } }, body: sent }))
      : body(api.POST('/api/v1/teams', { body: sent })),
  );
}

export function useRemoveTeam() {
  return useAct(({ api }, id: string) => body(api.DELETE('/api/v1/teams/{id}', { params: { path: { id } } })));
}

export function useMoveMember() {
  return useAct(({ api }, { id, team_id }: { id: string; team_id: string | null }) =>
    body(api.PUT('/api/v1/members/{id}/team', { params: { path: { id } }, body: { team_id } })),
  );
}
