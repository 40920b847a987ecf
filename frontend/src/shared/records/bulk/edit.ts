import type { Field, ObjectType } from '@/api/types';
import { fieldOf } from '../model/record';
import { reasonField } from '../model/transitions';
import { emptyValue, isEmpty, textOf, textsOf } from '../model/values';
import type { BulkChange } from './data';

export type Mode = 'set' | 'add' | 'remove' | 'empty';

/** One field of the form and what becomes of it. */
export interface Part {
  field: string | null;
  mode: Mode;
  value: unknown;
}

export const BLANK: Part = { field: null, mode: 'set', value: null };

/** The fields that many records can share a value of. */
export function editable(object: ObjectType): Field[] {
  return object.fields.filter(({ read_only, kind }) => !read_only && kind !== 'external_ids');
}

export function modesOf(field: Field): Mode[] {
  const many: Mode[] = field.kind === 'tags' ? ['add', 'remove'] : [];
  return [...many, 'set', ...(field.required ? [] : (['empty'] as const))];
}

/** The fields that must say why, for what the form sets. */
export function missingReasons(object: ObjectType, parts: Part[]): Field[] {
  const named = new Set(parts.map(({ field }) => field));
  return parts.flatMap(({ field, mode, value }) => {
    const reason = field !== null && mode === 'set' ? reasonField(object, field, textOf(value)) : null;
    return reason && !named.has(reason.name) ? [reason] : [];
  });
}

/** What the form asks for; null while something is missing. */
export function changeOf(object: ObjectType, parts: Part[]): BulkChange | null {
  const change = { set: {} as Record<string, unknown>, add: {} as Record<string, string[]>, remove: {} as Record<string, string[]> };
  for (const { field: name, mode, value } of parts) {
    const field = name === null ? undefined : fieldOf(object, name);
    if (!field || (mode !== 'empty' && isEmpty(value))) return null;
    if (mode === 'add' || mode === 'remove') change[mode][field.name] = textsOf(value);
    else change.set[field.name] = mode === 'empty' ? emptyValue(field.kind) : value;
  }
  if (parts.length === 0 || missingReasons(object, parts).length > 0) return null;
  return Object.fromEntries(Object.entries(change).filter(([, fields]) => Object.keys(fields).length > 0));
}
