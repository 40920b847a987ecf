import { createContext, useContext } from 'react';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { body, workspaceApi, type ApiClient } from '@/api/client';
import type { Me, Member, ObjectType, Right, Role } from '@/api/types';

export interface Workspace {
  id: string;
  slug: string;
  name: string;
  /** The API client of this workspace (it sends `X-Workspace`). */
  api: ApiClient;
  /** A query key inside this workspace: `key('leads', filters)`. */
  key: (...parts: readonly unknown[]) => readonly unknown[];
}

export function makeWorkspace(summary: { id: string; slug: string; name: string }): Workspace {
  return { ...summary, api: workspaceApi(summary.id), key: (...parts) => ['w', summary.id, ...parts] };
}

export const WorkspaceContext = createContext<Workspace | null>(null);

/** The workspace of the page; only below `/w/$slug`. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error('useWorkspace is only for pages of a workspace');
  return workspace;
}

export function meQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('me'),
    queryFn: ({ signal }): Promise<Me> => body(workspace.api.GET('/api/v1/me', { signal })),
    staleTime: 60_000,
  });
}

export function objectsQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('objects'),
    queryFn: async ({ signal }): Promise<ObjectType[]> =>
      (await body(workspace.api.GET('/api/v1/objects', { signal }))).data as ObjectType[],
    staleTime: 10 * 60_000,
  });
}

export function membersQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('members'),
    queryFn: async ({ signal }): Promise<Member[]> =>
      (await body(workspace.api.GET('/api/v1/members', { signal }))).data,
    staleTime: 5 * 60_000,
  });
}

/** The roles there are, shipped and own, with their rights. */
export function rolesQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('roles'),
    queryFn: async ({ signal }): Promise<Role[]> => (await body(workspace.api.GET('/api/v1/roles', { signal }))).data,
  });
}

/** The member, their rights, the workspace's settings, limits and usage. Suspends. */
export function useMe(): Me {
  return useSuspenseQuery(meQuery(useWorkspace())).data;
}

export function useRight(object: string, right: Right): boolean {
  return useMe().rights[object]?.includes(right) ?? false;
}

/** The description of every object: fields, options, transitions. Suspends. */
export function useObjects(): ObjectType[] {
  return useSuspenseQuery(objectsQuery(useWorkspace())).data;
}

/** The description of one object, by its singular name (`lead`). Suspends. */
export function useObject(name: string): ObjectType {
  const found = useObjects().find((object) => object.name === name);
  if (!found) throw new Error(`unknown object ${name}`);
  return found;
}

/** The people of the workspace, former ones included. Suspends. */
export function useMembers(): Member[] {
  return useSuspenseQuery(membersQuery(useWorkspace())).data;
}
