import type { ObjectType, SavedView } from '@/api/types';
import { defaultColumns, readColumns, writeColumns } from '../model/columns';
import { readFilter, usableFilter, type Filter } from '../model/filters';
import type { Layout, ListSearch } from '../model/search';

/** The parts of an address that a view keeps. */
export const VIEW_PARTS = ['q', 'filter', 'sort', 'cols', 'layout'] as const;
type Part = (typeof VIEW_PARTS)[number];
export type ViewSearch = Pick<ListSearch, Part>;
type Change = { [Name in keyof ListSearch]?: ListSearch[Name] | undefined };

/** What the address of a list would hold, were it written out instead of named by a view. */
export function searchOf(view: SavedView, object: ObjectType): ViewSearch {
  const { q, filter, sort, columns } = view.query;
  const usable = usableFilter(readFilter(filter), object);
  const written = columns?.map(({ field, width }) => ({ name: field, ...(typeof width === 'number' ? { width } : {}) }));
  return {
    ...(view.layout === 'board' ? { layout: 'board' as const } : {}),
    ...(q ? { q } : {}),
    ...(usable ? { filter: usable } : {}),
    ...(sort && sort !== object.default_sort ? { sort } : {}),
    ...(written ? { cols: writeColumns(readColumns(writeColumns(written), object)) } : {}),
  };
}

/** A list as the API keeps it in a view. */
export function queryOf(search: ViewSearch, object: ObjectType): SavedView['query'] {
  const columns = search.cols === undefined ? null : readColumns(search.cols, object);
  const filter = usableFilter(search.filter, object);
  return {
    q: search.q?.trim() ?? '',
    filter: (filter ?? null) as SavedView['query']['filter'],
    sort: search.sort ?? null,
    columns: columns?.map(({ name, width }) => ({ field: name, width: width === undefined ? null : Math.round(width) })) ?? null,
  };
}

/** What is shown: the view, and on top of it what the address says. */
export function withView(base: ViewSearch, search: ListSearch): ListSearch {
  return { ...base, ...search };
}

export function isChanged(search: ListSearch): boolean {
  return VIEW_PARTS.some((part) => search[part] !== undefined);
}

/** Of a change to the list, what its address has to hold: nothing where the view says the same. */
export function onTop(base: ViewSearch, change: Change, object: ObjectType): Change {
  const result: Change = { ...change };
  if ('q' in change) result.q = differing(change.q ?? '', base.q ?? '');
  if ('filter' in change) result.filter = differing<Filter>(change.filter ?? NOTHING, base.filter ?? NOTHING);
  if ('sort' in change) result.sort = differing(change.sort ?? object.default_sort, base.sort ?? object.default_sort);
  if ('layout' in change) result.layout = differing<Layout>(change.layout ?? 'table', base.layout ?? 'table');
  if ('cols' in change && base.cols !== undefined)
    result.cols = differing(change.cols ?? writeColumns(defaultColumns(object)), base.cols);
  return result;
}

const NOTHING: Filter = { all: [] };

function differing<T>(wanted: T, known: T): T | undefined {
  return canonical(wanted) === canonical(known) ? undefined : wanted;
}

/** JSON with the members of objects in one order: the server keeps them in an order of its own. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
