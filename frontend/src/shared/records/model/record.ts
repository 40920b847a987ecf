import type { Field, ObjectType } from '@/api/types';

/** A record of any object: what all of them have, and the fields that `GET /api/v1/objects` describes. */
export interface RecordData {
  id: string;
  version: number;
  display_name: string;
  created_at: string;
  updated_at: string;
  updated_by_id: string | null;
  [field: string]: unknown;
}

/** Some fields of a record with new values. */
export type Values = Record<string, unknown>;

const SYSTEM = {
  group: 'system',
  required: false,
  read_only: true,
  filterable: true,
  importable: false,
  personal: false,
  list_default: false,
  max_length: null,
  options: null,
  help_key: null,
} as const;
const INSTANT_OPERATORS = ['within', 'between', 'lt', 'lte', 'gt', 'gte'];
const MEMBER_OPERATORS = ['in', 'not_in', 'is_empty', 'is_not_empty'];

/** What every record carries beside its own fields; they can be shown and filtered by like the others. */
const SYSTEM_FIELDS: Field[] = [
  { ...SYSTEM, name: 'created_at', kind: 'instant', label_key: 'record.field.created_at', sortable: true, operators: INSTANT_OPERATORS, list_default: true },
  { ...SYSTEM, name: 'created_by_id', kind: 'member', label_key: 'record.field.created_by_id', sortable: false, operators: MEMBER_OPERATORS },
  { ...SYSTEM, name: 'updated_at', kind: 'instant', label_key: 'record.field.updated_at', sortable: true, operators: INSTANT_OPERATORS },
  { ...SYSTEM, name: 'updated_by_id', kind: 'member', label_key: 'record.field.updated_by_id', sortable: false, operators: MEMBER_OPERATORS },
];

const known = new WeakMap<ObjectType, Field[]>();

/** The fields of an object, system fields last. */
export function fieldsOf(object: ObjectType): Field[] {
  const cached = known.get(object);
  if (cached) return cached;
  const own = new Set(object.fields.map(({ name }) => name));
  const fields = [...object.fields, ...SYSTEM_FIELDS.filter(({ name }) => !own.has(name))];
  known.set(object, fields);
  return fields;
}

export function fieldOf(object: ObjectType, name: string): Field | undefined {
  return fieldsOf(object).find((field) => field.name === name);
}

/** What can be asked of the member behind a field, as the filter language names it: `owner_id.role`. */
const BEHIND: Pick<Field, 'name' | 'kind' | 'operators' | 'options' | 'extensible'>[] = [
  { name: 'name', kind: 'text', operators: ['contains', 'starts_with', 'eq', 'ne'], options: null, extensible: false },
  { name: 'email', kind: 'text', operators: ['contains', 'starts_with', 'eq', 'ne'], options: null, extensible: false },
  { name: 'role', kind: 'choice', operators: ['in'], options: null, extensible: false },
];
const asked = new WeakMap<ObjectType, Field[]>();

/** The fields that lists can be filtered by, each link followed by what is behind it. */
export function askedFields(object: ObjectType): Field[] {
  const cached = asked.get(object);
  if (cached) return cached;
  const fields = fieldsOf(object)
    .filter((field) => field.filterable && field.operators.length > 0)
    .flatMap((field) => [field, ...(field.kind === 'member' ? BEHIND.map((part) => behind(field, part)) : [])]);
  asked.set(object, fields);
  return fields;
}

function behind(link: Field, part: (typeof BEHIND)[number]): Field {
  const name = `${link.name}.${part.name}`;
  return { ...link, ...part, name, label_key: `link.${name}`, sortable: false, list_default: false, read_only: true };
}

/** Whether a field is the role of a member behind a link: its options are the workspace's roles. */
export function isRole(field: Field): boolean {
  return field.label_key.startsWith('link.') && field.name.endsWith('.role');
}

export function askedField(object: ObjectType, name: string): Field | undefined {
  return askedFields(object).find((field) => field.name === name);
}

/** The field that names a record; the first column and the title show it. */
export function titleField(object: ObjectType): Field {
  const [first] = object.fields;
  if (!first) throw new Error(`${object.name} has no fields`);
  return first;
}
