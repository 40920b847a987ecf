import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Batch, BatchInput, BatchPreview, LeftAlone } from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';
import type { Filter } from '../model/filters';
import type { Values } from '../model/record';

/** Which records are meant: some, or all of a list, also those that are not loaded. */
export type Chosen = { ids: string[] } | { filter: Filter | null; q?: string };

/** What becomes of them; tags are added and removed beside what is there. */
export interface BulkChange {
  set?: Values;
  add?: Record<string, string[]>;
  remove?: Record<string, string[]>;
}

const AT_WORK: ReadonlySet<Batch['state']> = new Set(['queued', 'running', 'cancelling']);
const FASTEST_MS = 400;
const SLOWEST_MS = 3000;
const PAGE = 50;

export function isAtWork(batch: Pick<Batch, 'state'>): boolean {
  return AT_WORK.has(batch.state);
}

export function asked(object: string, kind: BatchInput['kind'], chosen: Chosen, change: BulkChange = {}): BatchInput {
  return { object, kind, ...chosen, ...change } as BatchInput;
}

/** What would become of the first of the chosen; nothing is stored. */
export function previewQuery(workspace: Workspace, input: BatchInput) {
  return queryOptions({
    queryKey: workspace.key('batches', 'preview', input),
    queryFn: ({ signal }): Promise<BatchPreview> => body(workspace.api.POST('/api/v1/batches/preview', { body: input, signal })),
    staleTime: 5_000,
    retry: false,
  });
}

export function batchQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: workspace.key('batches', id),
    queryFn: ({ signal }): Promise<Batch> =>
      body(workspace.api.GET('/api/v1/batches/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) =>
      state.data && isAtWork(state.data) ? Math.min(SLOWEST_MS, FASTEST_MS + state.dataUpdateCount * 100) : false,
    refetchIntervalInBackground: true,
  });
}

/** The first records that a job left alone, and why. */
export function leftQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: workspace.key('batches', id, 'left'),
    queryFn: async ({ signal }): Promise<LeftAlone[]> =>
      (await body(workspace.api.GET('/api/v1/batches/{id}/left', { params: { path: { id } }, signal }))).data,
  });
}

/** One's own jobs, the newest first. */
export function batchesQuery(workspace: Workspace) {
  return infiniteQueryOptions({
    queryKey: workspace.key('batches', 'list'),
    queryFn: ({ pageParam, signal }) =>
      body(
        workspace.api.GET('/api/v1/batches', {
          params: { query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.data.some(isAtWork)) ? SLOWEST_MS : false),
  });
}
