import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Import, ImportState } from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';

const WORKING: ReadonlySet<ImportState> = new Set(['queued', 'running', 'cancelling', 'undoing']);
const FASTEST_MS = 800;
const SLOWEST_MS = 4000;

/** A worker has something to do for this import. */
export function isWorking(run: Pick<Import, 'state'>): boolean {
  return WORKING.has(run.state);
}

/** About once a second at first, less often the longer it takes. */
export function pause(updates: number): number {
  return Math.min(SLOWEST_MS, FASTEST_MS + updates * 40);
}

export function importQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: workspace.key('imports', id),
    queryFn: ({ signal }): Promise<Import> =>
      body(workspace.api.GET('/api/v1/imports/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data && isWorking(state.data) ? pause(state.dataUpdateCount) : false),
    refetchIntervalInBackground: true,
  });
}

export function importsQuery(workspace: Workspace) {
  return infiniteQueryOptions({
    queryKey: workspace.key('imports', 'list'),
    queryFn: ({ pageParam, signal }) =>
      body(
        workspace.api.GET('/api/v1/imports', {
          params: { query: pageParam === null ? {} : { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.data.some(isWorking)) ? pause(state.dataUpdateCount) : false,
  });
}

const PREVIEW_ROWS = 20;

export function previewQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: workspace.key('imports', id, 'preview'),
    queryFn: ({ signal }) =>
      body(
        workspace.api.GET('/api/v1/imports/{id}/preview', {
          params: { path: { id }, query: { limit: PREVIEW_ROWS } },
          signal,
        }),
      ),
  });
}

export function conflictsQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: workspace.key('imports', id, 'conflicts'),
    queryFn: async ({ signal }) =>
      (await body(workspace.api.GET('/api/v1/imports/{id}/undo-conflicts', { params: { path: { id } }, signal }))).data,
  });
}

/** Where the rejected rows are downloaded; a plain link cannot send a header, so the workspace is in the query. */
export function rejectedHref(workspace: Workspace, id: string): string {
  return `/api/v1/imports/${id}/rejected?workspace=${workspace.id}`;
}
