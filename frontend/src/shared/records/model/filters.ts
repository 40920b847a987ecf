import type { Field, FieldKind, ObjectType } from '@/api/types';
import { askedField } from './record';
import { isEmpty } from './values';

/** One condition of the filter language. */
export interface Leaf {
  field: string;
  op: string;
  value?: unknown;
}

/** Conditions of which all, or any, must hold; or one that must not. */
export type Group = { all: Node[] } | { any: Node[] } | { not: Node };
export type Node = Leaf | Group;

/** The filter document of the API; the address holds the same. The list shows each part as a chip. */
export interface Filter {
  all: Node[];
}

export function isLeaf(node: Node): node is Leaf {
  return 'field' in node;
}

/** How many conditions a part holds. */
export function countLeaves(node: Node): number {
  if (isLeaf(node)) return 1;
  return partsOf(node).reduce((sum, part) => sum + countLeaves(part), 0);
}

export function partsOf(group: Group): Node[] {
  if ('all' in group) return group.all;
  return 'any' in group ? group.any : [group.not];
}

const WITHOUT_VALUE = new Set(['is_empty', 'is_not_empty']);
const WITH_MANY = new Set(['in', 'not_in']);
/** Pickers choose several at once, so "is" and "is not" would only repeat "is any of" and "is none of". */
const PICKED: ReadonlySet<FieldKind> = new Set(['choice', 'member', 'country']);

export type Arity = 'none' | 'one' | 'many' | 'range' | 'period';

export function arityOf(op: string): Arity {
  if (WITHOUT_VALUE.has(op)) return 'none';
  if (WITH_MANY.has(op)) return 'many';
  if (op === 'within') return 'period';
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
  if (kind === 'date' || kind === 'instant') return ['within', 'between', 'gte', 'lte'];
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
  const parts = usableParts(filter?.all ?? [], object);
  return parts.length > 0 ? { all: parts } : undefined;
}

function usableParts(parts: Node[], object: ObjectType): Node[] {
  return parts.flatMap((part) => usablePart(part, object) ?? []);
}

function usablePart(part: Node, object: ObjectType): Node | null {
  if (isLeaf(part)) return isUsable(part, object) ? part : null;
  if ('not' in part) {
    const inner = usablePart(part.not, object);
    return inner && { not: inner };
  }
  const kept = usableParts(partsOf(part), object);
  if (kept.length === 0) return null;
  return 'all' in part ? { all: kept } : { any: kept };
}

function isUsable(leaf: Leaf, object: ObjectType): boolean {
  if (!isComplete(leaf)) return false;
  if (leaf.field === IMPORT_FIELD) return true;
  return askedField(object, leaf.field)?.operators.includes(leaf.op) ?? false;
}

/** Records that came with one import; only links from there make this condition. */
export const IMPORT_FIELD = 'import_id';

const DEEPEST = 8;

/** Read what an address claims to be a filter. */
export function readFilter(given: unknown): Filter | undefined {
  const node = readNode(given, 0);
  if (!node || isLeaf(node)) return undefined;
  return 'all' in node ? node : { all: [node] };
}

function readNode(item: unknown, depth: number): Node | null {
  if (typeof item !== 'object' || item === null || depth > DEEPEST) return null;
  const group = item as { all?: unknown; any?: unknown; not?: unknown };
  if ('not' in group) {
    const inner = readNode(group.not, depth + 1);
    return inner && { not: inner };
  }
  for (const kind of ['all', 'any'] as const) {
    const parts = group[kind];
    if (!Array.isArray(parts)) continue;
    const read = (parts as unknown[]).flatMap((part) => readNode(part, depth + 1) ?? []);
    if (read.length === 0) return null;
    return kind === 'all' ? { all: read } : { any: read };
  }
  return readLeaf(item);
}

function readLeaf(item: unknown): Leaf | null {
  if (typeof item !== 'object' || item === null) return null;
  const { field, op, value } = item as Partial<Leaf>;
  if (typeof field !== 'string' || typeof op !== 'string') return null;
  return value === undefined ? { field, op } : { field, op, value };
}

/** The parts of a filter document as the builder edits them. */
export function partsOfFilter(filter: unknown): Node[] {
  const node = filter as Node | null;
  if (!node) return [];
  return 'all' in node ? node.all : [node];
}
