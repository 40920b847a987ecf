import { queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { body, sessionApi } from '@/api/client';
import type { WorkspaceExport } from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';

const LOOK_MS = 1500;

export function isAtWork(one: Pick<WorkspaceExport, 'state'>): boolean {
  return one.state === 'queued' || one.state === 'running';
}

export function exportsQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('data', 'exports'),
    queryFn: async ({ signal }) => (await body(workspace.api.GET('/api/v1/workspace/exports', { signal }))).data,
    refetchInterval: ({ state }) => (state.data?.some(isAtWork) ? LOOK_MS : false),
  });
}

export function backupsQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('data', 'backups'),
    queryFn: ({ signal }) => body(workspace.api.GET('/api/v1/workspace/backups', { signal })),
    refetchInterval: ({ state }) => (state.data?.running ? LOOK_MS : false),
  });
}

/** A backup, and how many records it holds beside those there are now. */
export function backupQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: workspace.key('data', 'backups', id),
    queryFn: ({ signal }) =>
      body(workspace.api.GET('/api/v1/workspace/backups/{id}', { params: { path: { id } }, signal })),
    staleTime: 0,
  });
}

export function restoresQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('data', 'restores'),
    queryFn: async ({ signal }) => (await body(workspace.api.GET('/api/v1/workspace/restores', { signal }))).data,
    refetchInterval: ({ state }) => (state.data?.some(isAtWork) ? LOOK_MS : false),
  });
}

export async function askForRestore(workspace: Workspace, client: QueryClient, sent: { backup_id: string; name: string }) {
  const asked = await body(workspace.api.POST('/api/v1/workspace/restores', { body: sent }));
  await client.invalidateQueries({ queryKey: restoresQuery(workspace).queryKey });
  return asked;
}

export function useAskForExport(workspace: Workspace) {
  const client = useQueryClient();
  const { queryKey } = exportsQuery(workspace);
  return useMutation({
    mutationFn: () => body(workspace.api.POST('/api/v1/workspace/exports')),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

export function useAskForBackup(workspace: Workspace) {
  const client = useQueryClient();
  const { queryKey } = backupsQuery(workspace);
  return useMutation({
    mutationFn: () => body(workspace.api.POST('/api/v1/workspace/backups')),
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
}

export function closeWorkspace(id: string, name: string) {
  return body(sessionApi.POST('/api/session/workspaces/{id}/close', { params: { path: { id } }, body: { name } }));
}

export function reopenWorkspace(id: string) {
  return body(sessionApi.POST('/api/session/workspaces/{id}/reopen', { params: { path: { id } } }));
}

/** Where an export is downloaded; a plain link cannot send a header, so the workspace is in the query. */
export function downloadHref(workspace: Workspace, id: string): string {
  return `/api/v1/workspace/exports/${id}/download?workspace=${workspace.id}`;
}
