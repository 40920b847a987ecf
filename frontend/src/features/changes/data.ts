import { infiniteQueryOptions } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Batch, Import } from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';

/** Imports that have stored something, the newest first, beside the jobs in the list of changes. */
export function importedQuery(workspace: Workspace) {
  return infiniteQueryOptions({
    queryKey: workspace.key('imports', 'changes'),
    queryFn: ({ pageParam, signal }) =>
      body(
        workspace.api.GET('/api/v1/imports', { params: { query: pageParam === null ? {} : { cursor: pageParam } }, signal }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
  });
}

export type Change = { batch: Batch; at: string } | { run: Import; at: string };

const OPEN: ReadonlySet<Import['state']> = new Set(['ready']);

/**
 * Both kinds by time. What lies beyond the last loaded one of a kind that goes on is kept back: it may have something
 * in between.
 */
export function merged(batches: Batch[], moreBatches: boolean, runs: Import[], moreRuns: boolean): Change[] {
  const changes: Change[] = [
    ...batches.map((batch) => ({ batch, at: batch.created_at })),
    ...runs.filter((run) => !run.dry_run && !OPEN.has(run.state)).map((run) => ({ run, at: run.created_at })),
  ];
  const known = [moreBatches ? (batches.at(-1)?.created_at ?? '') : '', moreRuns ? (runs.at(-1)?.created_at ?? '') : ''];
  const from = known.reduce((latest, at) => (at > latest ? at : latest), '');
  return changes.filter(({ at }) => at >= from).sort((left, right) => (left.at < right.at ? 1 : left.at > right.at ? -1 : 0));
}
