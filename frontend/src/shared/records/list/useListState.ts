import { useCallback, useMemo } from 'react';
import type { ObjectType } from '@/api/types';
import { usableFilter, type Filter, type Node } from '../model/filters';
import { fieldOf } from '../model/record';
import { readSort, type ListSearch } from '../model/search';
import type { ListState } from '../data/queries';

/** How a page changes its address; `undefined` takes a part out. */
export type ChangeSearch = (
  change: { [Name in keyof ListSearch]?: ListSearch[Name] | undefined },
  options?: { replace?: boolean },
) => void;

export interface ListControls {
  state: ListState;
  parts: Node[];
  /** Something narrows the list. */
  narrowed: boolean;
  setWords: (q: string) => void;
  setParts: (parts: Node[]) => void;
  setSort: (sort: string | undefined) => void;
  clear: () => void;
}

function usableSort(object: ObjectType, written: string | undefined): string {
  if (written === undefined) return object.default_sort;
  return fieldOf(object, readSort(written).name)?.sortable ? written : object.default_sort;
}

/** What the list asks the server for, read from its address and written back to it. */
export function useListState(object: ObjectType, search: ListSearch, change: ChangeSearch): ListControls {
  const { q, filter: given, sort: written } = search;
  const filter = useMemo(() => usableFilter(given, object), [given, object]);
  const sort = usableSort(object, written);
  const state = useMemo<ListState>(
    () => ({ ...(q ? { q } : {}), ...(filter ? { filter } : {}), sort }),
    [q, filter, sort],
  );
  const setWords = useCallback((words: string) => change({ q: words.trim() || undefined }, { replace: true }), [change]);
  const setParts = useCallback((parts: Node[]) => change({ filter: asFilter(parts) }), [change]);
  const setSort = useCallback(
    (next: string | undefined) => change({ sort: next === object.default_sort ? undefined : next }),
    [change, object],
  );
  const clear = useCallback(() => change({ q: undefined, filter: undefined }), [change]);
  const parts = filter?.all ?? NO_PARTS;
  return { state, parts, narrowed: Boolean(q) || parts.length > 0, setWords, setParts, setSort, clear };
}

const NO_PARTS: Node[] = [];

function asFilter(parts: Node[]): Filter | undefined {
  return parts.length > 0 ? { all: parts } : undefined;
}
