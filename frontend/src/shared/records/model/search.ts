import { readFilter, type Filter } from './filters';

export type Layout = 'table' | 'board';

/** Everything of a list that can be shared by its address. */
export interface ListSearch {
  /** Search words. */
  q?: string;
  filter?: Filter;
  /** A field, with `-` before it for descending; absent is the object's own order. */
  sort?: string;
  /** The columns in their written form; absent is the person's last choice. */
  cols?: string;
  /** How the records are laid out; absent is the table. */
  layout?: Layout;
  /** Id of the saved view it begins with, or `all` for none; the parts above are changes on top of it. */
  view?: string;
  /** Id of the record whose panel is open. */
  open?: string;
  /** The form for a new record is open. */
  create?: true;
}

const SORT = /^-?[a-z_]+$/;
const COLUMNS = /^[a-z_]+(:\d+)?(,[a-z_]+(:\d+)?)*$/;
const ID = /^[0-9a-f-]{36}$/i;

/** Stands in the address for no view, where the person's role would begin with one. */
export const NO_VIEW = 'all';

/** Read the address of a list: what cannot be meant is left out. */
export function readListSearch(given: Record<string, unknown>): ListSearch {
  const search: ListSearch = {};
  const words = typeof given.q === 'number' ? String(given.q) : given.q;
  const { view } = given;
  if (typeof view === 'string' && (view === NO_VIEW || ID.test(view))) search.view = view;
  // On top of a view, nothing is something: the view's own words or filter are taken away.
  const mayBeBlank = search.view !== undefined;
  if (typeof words === 'string' && (mayBeBlank || words.trim() !== '')) search.q = words;
  const filter = readFilter(given.filter) ?? (mayBeBlank ? readNothing(given.filter) : undefined);
  if (filter) search.filter = filter;
  if (typeof given.sort === 'string' && SORT.test(given.sort)) search.sort = given.sort;
  if (typeof given.cols === 'string' && COLUMNS.test(given.cols)) search.cols = given.cols;
  if (given.layout === 'board' || (mayBeBlank && given.layout === 'table')) search.layout = given.layout;
  if (typeof given.open === 'string' && ID.test(given.open)) search.open = given.open;
  if (given.create === true) search.create = true;
  return search;
}

function readNothing(filter: unknown): Filter | undefined {
  const all = typeof filter === 'object' && filter !== null && 'all' in filter ? filter.all : null;
  return Array.isArray(all) && all.length === 0 ? { all: [] } : undefined;
}

export interface Sort {
  name: string;
  descending: boolean;
}

export function readSort(written: string): Sort {
  return { name: written.replace(/^-/, ''), descending: written.startsWith('-') };
}

/** A click on a header: ascending, then descending, then the object's own order (undefined). */
export function nextSort(current: string, name: string): string | undefined {
  if (current === name) return `-${name}`;
  return current === `-${name}` ? undefined : name;
}
