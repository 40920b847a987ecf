import type { Field, ObjectType } from '@/api/types';

/** Does this choice move only along declared transitions? */
export function hasTransitions(object: ObjectType, field: Field): boolean {
  return field.name in object.transitions;
}

/** The values a choice may take next, the present one included; null when every option is allowed. */
export function allowedValues(object: ObjectType, field: Field, current: unknown): string[] | null {
  const table = object.transitions[field.name];
  if (!table) return null;
  if (typeof current !== 'string') return Object.keys(table).filter((value) => (table[value]?.length ?? 0) > 0);
  return [current, ...(table[current] ?? [])];
}

/** The field that must say why the choice `field` became `value` (`unqualified` -> `unqualified_reason`), if there is one. */
export function reasonField(object: ObjectType, field: string, value: string): Field | undefined {
  const reason = object.reasons[field]?.[value];
  return object.fields.find(({ name }) => name === reason);
}

/** Fields that hold the reason of a status: they matter only while the record has that status. */
export function isReason(object: ObjectType, name: string): boolean {
  return Object.values(object.reasons).some((reasons) => Object.values(reasons).includes(name));
}
