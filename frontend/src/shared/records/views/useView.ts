import { useCallback, useEffect, useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { ObjectType, SavedView } from '@/api/types';
import { useMe, useWorkspace } from '@/shared/workspace/workspace';
import type { ChangeSearch } from '../list/useListState';
import { NO_VIEW, type ListSearch } from '../model/search';
import { viewsQuery } from './data';
import { isChanged, onTop, searchOf, withView, type ViewSearch } from './search';

export interface ViewState {
  /** Whether the list knows what it shows; without it a view would begin with everything. */
  isReady: boolean;
  views: SavedView[];
  active: SavedView | undefined;
  /** The address names a view that is not there for this person. */
  isGone: boolean;
  /** The view asks about something that this person does not see: its list would be another one. */
  isClosed: boolean;
  /** There is something on top of the view. */
  changed: boolean;
  /** The list as it is shown: the view with the address on top. */
  search: ListSearch;
  change: ChangeSearch;
  /** Go to a view as it is kept, or to everything. */
  show: (view: SavedView | null, options?: { replace?: boolean }) => void;
}

const NONE: SavedView[] = [];
const NO_BASE: ViewSearch = {};
const CLEAN = { q: undefined, filter: undefined, sort: undefined, cols: undefined, layout: undefined, open: undefined } as const;

/** The saved view that the address of a list names, and the list that comes of it. */
export function useView(object: ObjectType, search: ListSearch, onSearch: ChangeSearch): ViewState {
  const workspace = useWorkspace();
  const { role } = useMe().member;
  const query = useQuery(viewsQuery(workspace, object.name));
  const views = query.data ?? NONE;
  const isKnown = !query.isPending;
  const first = views.find((view) => view.default_for.includes(role));
  const isBare = search.view === undefined && !isChanged(search);
  const active = views.find(({ id }) => id === search.view) ?? (isBare ? first : undefined);
  const base = useMemo(() => (active ? searchOf(active, object) : NO_BASE), [active, object]);
  const shown = useMemo(() => withView(base, search), [base, search]);
  // The view that a role begins with is named in the address, so that changes on top of it can be told and shared.
  const toName = isBare && first ? first.id : null;
  useEffect(() => {
    if (toName !== null) onSearch({ view: toName }, { replace: true });
  }, [toName, onSearch]);
  const change = useCallback<ChangeSearch>(
    (parts, options) => onSearch(active ? onTop(base, parts, object) : parts, options),
    [onSearch, active, base, object],
  );
  const hasFirst = first !== undefined;
  const show = useCallback(
    (view: SavedView | null, options?: { replace?: boolean }) =>
      onSearch({ ...CLEAN, view: view?.id ?? (hasFirst ? NO_VIEW : undefined) }, options),
    [onSearch, hasFirst],
  );
  const named = search.view !== undefined && search.view !== NO_VIEW;
  return {
    isReady: isKnown || (!isBare && !named),
    views,
    active,
    isGone: isKnown && !query.isError && named && !active,
    isClosed: active !== undefined && !active.works,
    changed: active !== undefined && isChanged(search),
    search: shown,
    change,
    show,
  };
}
