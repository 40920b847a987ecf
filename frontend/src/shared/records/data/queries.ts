import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import type { CountedPage, ObjectType } from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';
import type { Filter } from '../model/filters';
import type { RecordData } from '../model/record';
import { findInLists } from './cache';
import { recordsApi } from './api';

export interface ListState {
  q?: string;
  filter?: Filter;
  sort: string;
}

const PAGE = 100;
/** A list read this far is not read again from its beginning just because the window came back. */
const PAGES_TO_REFRESH = 3;

export function listKey(workspace: Workspace, object: ObjectType): readonly unknown[] {
  return workspace.key(object.plural, 'list');
}

/** The pages of a list, each found by the cursor of the one before; the first brings the count. */
export function listQuery(workspace: Workspace, object: ObjectType, { q, filter, sort }: ListState) {
  const api = recordsApi(workspace, object);
  return infiniteQueryOptions({
    queryKey: [...listKey(workspace, object), { q, filter, sort }],
    queryFn: ({ pageParam, signal }): Promise<CountedPage<RecordData>> =>
      api.list(
        {
          sort,
          limit: PAGE,
          ...(q ? { q } : {}),
          ...(filter ? { filter: JSON.stringify(filter) } : {}),
          ...(pageParam === null ? { count: 1 } : { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 30_000,
    refetchOnWindowFocus: (query) => (query.state.data?.pages.length ?? 0) <= PAGES_TO_REFRESH,
    refetchOnMount: (query) => (query.state.data?.pages.length ?? 0) <= PAGES_TO_REFRESH,
  });
}

export function totalsKey(workspace: Workspace, object: ObjectType): readonly unknown[] {
  return workspace.key(object.plural, 'totals');
}

/** What a list adds up to, by the values of a field. */
export function totalsQuery(workspace: Workspace, object: ObjectType, { q, filter }: ListState, by: string) {
  const asked = { by, ...(q ? { q } : {}), ...(filter ? { filter: JSON.stringify(filter) } : {}) };
  return queryOptions({
    queryKey: [...totalsKey(workspace, object), asked],
    queryFn: ({ signal }) => recordsApi(workspace, object).totals(asked, signal),
    staleTime: 30_000,
  });
}

/** One record; what a list has already brought is shown while it is read again. */
export function recordQuery(client: QueryClient, workspace: Workspace, object: ObjectType, id: string) {
  return queryOptions<RecordData>({
    queryKey: workspace.key(object.plural, 'record', id),
    queryFn: ({ signal }) => recordsApi(workspace, object).read(id, signal),
    placeholderData: () => findInLists(client, listKey(workspace, object), id),
    staleTime: 10_000,
  });
}

export function historyQuery(workspace: Workspace, object: ObjectType, id: string) {
  return infiniteQueryOptions({
    queryKey: workspace.key(object.plural, 'history', id),
    queryFn: ({ pageParam, signal }) => recordsApi(workspace, object).history(id, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    staleTime: 5_000,
  });
}

export function followersQuery(workspace: Workspace, object: ObjectType, id: string) {
  return queryOptions({
    queryKey: workspace.key(object.plural, 'followers', id),
    queryFn: ({ signal }) => recordsApi(workspace, object).followers(id, signal),
    staleTime: 30_000,
  });
}

/** Other records with exactly this e-mail address or phone number. */
export function duplicatesQuery(workspace: Workspace, object: ObjectType, query: { email?: string; phone?: string }) {
  return queryOptions({
    queryKey: workspace.key(object.plural, 'duplicates', query),
    queryFn: ({ signal }) => recordsApi(workspace, object).duplicates(query, signal),
    staleTime: 30_000,
    retry: false,
  });
}
