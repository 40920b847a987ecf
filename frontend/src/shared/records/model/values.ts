import type { FieldKind, Money } from '@/api/types';

/** A value that holds nothing: null, an empty text or an empty list. */
export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** What the API takes for "nothing" in a field of this kind. */
export function emptyValue(kind: FieldKind): unknown {
  const isList = kind === 'email_list' || kind === 'phone_list' || kind === 'tags' || kind === 'external_ids';
  return isList ? [] : null;
}

/** Equal for the reader: deep, nothing is nothing. */
export function sameValue(left: unknown, right: unknown): boolean {
  if (isEmpty(left) && isEmpty(right)) return true;
  return JSON.stringify(canonical(left)) === JSON.stringify(canonical(right));
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => left.localeCompare(right));
  return entries.map(([name, inner]) => [name, canonical(inner)]);
}

export function isMoney(value: unknown): value is Money {
  return typeof value === 'object' && value !== null && 'amount_minor' in value && 'currency' in value;
}

/** The texts of a list value; anything else is an empty list. */
export function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}
