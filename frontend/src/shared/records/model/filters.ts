import type { Field, FieldKind, ObjectType } from '@/api/types';
import { fieldOf } from './record';
import { isEmpty } from './values';

/** One condition of the filter language. */
export interface Leaf {
  field: string;
  op: string;
  value?: unknown;
}

/** The filter document of the API; the address holds the same. */
export interface Filter {
  all: Leaf[];
}

const WITHOUT_VALUE = new Set(['is_empty', 'is_not_empty']);
const WITH_MANY = new Set(['in', 'not_in']);
/** Pickers choose several at once, so "is" and "is not" would only repeat "is any of" and "is none of". */
const PICKED: ReadonlySet<FieldKind> = new Set(['choice', 'member', 'country']);

export type Arity = 'none' | 'one' | 'many' | 'range';

export function arityOf(op: string): Arity {
  if (WITHOUT_VALUE.has(op)) return 'none';
  if (WITH_MANY.has(op)) return 'many';
  return op === 'between' ? 'range' : 'one';
}

/** The operators offered for a field, the most useful first. */
export function operatorsOf(field: Field): string[] {
  const useful = PICKED.has(field.kind) ? ['in', 'not_in'] : preferred(field.kind);
  const offered = PICKED.has(field.kind) ? field.operators.filter((op) => op !== 'eq' && op !== 'ne') : field.operators;
  const all = offered.length > 0 ? offered : field.operators;
  return [...useful.filter((op) => all.includes(op)), ...all.filter((op) => !useful.includes(op) && op !== 'in')];
}

function preferred(kind: FieldKind): string[] {
  if (kind === 'date' || kind === 'instant') return ['between', 'gte', 'lte'];
  return kind === 'money' || kind === 'integer' ? ['gte', 'lte', 'between'] : ['contains', 'starts_with', 'has'];
}

/** A condition is complete when the server could use it. */
export function isComplete(leaf: Leaf): boolean {
  const arity = arityOf(leaf.op);
  if (arity === 'none') return true;
  if (arity === 'range') return Array.isArray(leaf.value) && leaf.value.length === 2 && !leaf.value.some(isEmpty);
  return !isEmpty(leaf.value);
}

/** Keep of an address what this object can be asked; anything else would only be refused. */
export function usableFilter(filter: Filter | undefined, object: ObjectType): Filter | undefined {
  const leaves = filter?.all.filter((leaf) => isUsable(leaf, object)) ?? [];
  return leaves.length > 0 ? { all: leaves } : undefined;
}

function isUsable(leaf: Leaf, object: ObjectType): boolean {
  if (!isComplete(leaf)) return false;
  if (leaf.field === IMPORT_FIELD) return true;
  const field = fieldOf(object, leaf.field);
  return field !== undefined && field.filterable && field.operators.includes(leaf.op);
}

/** Records that came with one import; only links from there make this condition. */
export const IMPORT_FIELD = 'import_id';

/** Read what an address claims to be a filter. */
export function readFilter(given: unknown): Filter | undefined {
  if (typeof given !== 'object' || given === null || !('all' in given) || !Array.isArray(given.all)) return undefined;
  const leaves = (given.all as unknown[]).flatMap((item) => readLeaf(item) ?? []);
  return leaves.length > 0 ? { all: leaves } : undefined;
}

function readLeaf(item: unknown): Leaf | null {
  if (typeof item !== 'object' || item === null) return null;
  const { field, op, value } = item as Partial<Leaf>;
  if (typeof field !== 'string' || typeof op !== 'string') return null;
  return value === undefined ? { field, op } : { field, op, value };
}
