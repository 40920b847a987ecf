import { fieldLabel, operatorLabel } from '../model/labels';
import { askedField } from '../model/record';
import { arityOf, IMPORT_FIELD, isLeaf, partsOf, type Leaf, type Node } from '../model/filters';
import type { Display } from '../values/display';
import { valueText } from '../values/text';
import { periodText } from './periodText';

export interface LeafText {
  field: string;
  operator: string;
  value: string;
}

/** A condition in words: "Status", "is any of", "New, Working". */
export function leafText(display: Display, leaf: Leaf): LeafText {
  const { t, format, object } = display;
  if (leaf.field === IMPORT_FIELD) return { field: t('records:filter.one_import'), operator: '', value: '' };
  const field = askedField(object, leaf.field);
  if (!field) return { field: leaf.field, operator: leaf.op, value: '' };
  const arity = arityOf(leaf.op);
  if (arity === 'period') return { field: fieldLabel(t, field), operator: '', value: periodText(display, leaf.value) };
  const items = (Array.isArray(leaf.value) && field.kind !== 'external_ids' ? leaf.value : [leaf.value]) as unknown[];
  const words = arity === 'none' ? [] : items.map((item) => typedText(display, leaf, item));
  const value =
    arity === 'range'
      ? t('records:filter.range', { from: words[0] ?? '', to: words[1] ?? '' })
      : format.list(words);
  return { field: fieldLabel(t, field), operator: operatorLabel(t, field, leaf.op), value };
}

/** Words that are searched for are shown as typed; an instant is asked by its day. */
function typedText(display: Display, leaf: Leaf, item: unknown): string {
  const field = askedField(display.object, leaf.field);
  if (!field) return '';
  if (field.kind === 'instant' && typeof item === 'string' && item.length === 10) return display.format.date(item);
  if (typeof item === 'string' && ['email_list', 'phone_list', 'tags'].includes(field.kind)) return item;
  return valueText(display, field, item);
}

/** A whole filter in words, its conditions one after the other; a group is told by how many it holds. */
export function filterText(display: Display, parts: Node[]): string {
  const words = parts.map((part) => {
    if (!isLeaf(part)) {
      const kind = 'all' in part ? 'all' : 'any' in part ? 'any' : 'not';
      const inner = filterText(display, partsOf(part));
      return kind === 'all' ? inner : display.t(`records:filter.words_${kind}`, { conditions: inner });
    }
    const { field, operator, value } = leafText(display, part);
    return [field, operator, value].filter(Boolean).join(' ');
  });
  return display.format.list(words);
}
