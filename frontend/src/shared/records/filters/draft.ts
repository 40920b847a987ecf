import { arityOf, isComplete, isLeaf, partsOf, type Filter, type Leaf, type Node } from '../model/filters';

export type GroupKind = 'all' | 'any' | 'none';

/** A condition while it is edited; the field may not be chosen yet. */
export interface LeafDraft {
  key: number;
  leaf: Leaf | null;
}

/** A group while it is edited. `none` stands for a `not` around an `any`. */
export interface GroupDraft {
  key: number;
  kind: GroupKind;
  parts: Draft[];
}

export type Draft = LeafDraft | GroupDraft;

let last = 0;

export function newLeaf(leaf: Leaf | null = null): LeafDraft {
  last += 1;
  return { key: last, leaf };
}

export function newGroup(kind: GroupKind, parts: Draft[]): GroupDraft {
  last += 1;
  return { key: last, kind, parts };
}

export function isGroup(draft: Draft): draft is GroupDraft {
  return 'parts' in draft;
}

/** What is edited, from what the list is filtered by. A single group inside needs no group around it. */
export function draftOf(parts: Node[]): GroupDraft {
  const [first] = parts;
  const only = parts.length === 1 && first && !isLeaf(first) ? toDraft(first) : null;
  return only && isGroup(only) ? only : newGroup('all', parts.map(toDraft));
}

function toDraft(node: Node): Draft {
  if (isLeaf(node)) return newLeaf(node);
  if ('not' in node) {
    const inner = toDraft(node.not);
    if (!isGroup(inner)) return newGroup('none', [inner]);
    return inner.kind === 'any' ? { ...inner, kind: 'none' } : newGroup('none', [inner]);
  }
  return newGroup('all' in node ? 'all' : 'any', partsOf(node).map(toDraft));
}

/** Whether every condition could be used. */
export function isReady(draft: Draft): boolean {
  return isGroup(draft) ? draft.parts.every(isReady) : draft.leaf !== null && isComplete(draft.leaf);
}

function toNode(draft: Draft): Node | null {
  if (!isGroup(draft)) {
    if (draft.leaf === null || !isComplete(draft.leaf)) return null;
    const { field, op, value } = draft.leaf;
    return arityOf(op) === 'none' ? { field, op } : { field, op, value };
  }
  const parts = draft.parts.flatMap((part) => toNode(part) ?? []);
  if (parts.length === 0) return null;
  if (draft.kind === 'none') return { not: { any: parts } };
  return draft.kind === 'all' ? { all: parts } : { any: parts };
}

/** The filter of what is edited, without what is not complete. */
export function filterOf(draft: GroupDraft): Filter | undefined {
  const node = toNode(draft);
  if (node === null) return undefined;
  return 'all' in node ? node : { all: [node] };
}
