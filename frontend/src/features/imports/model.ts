import type { Field, Import, ImportPatch, ObjectType } from '@/api/types';

/** Where a column can go: a field, or a part of the name. */
export interface Target {
  value: string;
  field: Field;
  part: 'given' | 'family' | null;
}

/** Several columns may fill these together. */
const SHARED = new Set(['emails', 'phones', 'street', 'tags', 'notes']);

export function targetsOf(object: ObjectType): Target[] {
  return object.fields
    .filter(({ importable, read_only }) => importable && !read_only)
    .flatMap((field): Target[] => {
      const whole: Target = { value: field.name, field, part: null };
      if (field.name !== 'name') return [whole];
      return [whole, { value: 'name.given', field, part: 'given' }, { value: 'name.family', field, part: 'family' }];
    });
}

/** Targets that cannot be filled beside `target`: the same one, and a whole name beside its parts. */
function rivals(target: string): string[] {
  if (SHARED.has(target)) return [];
  if (target === 'name') return ['name', 'name.given', 'name.family'];
  return target.startsWith('name.') ? ['name', target] : [target];
}

/** The change that sends a column to a target: a column that was there before gives way. */
export function sendColumn(mapping: Import['mapping'], column: number, target: string | null): NonNullable<ImportPatch['mapping']> {
  const change: Record<string, string | null> = { [column]: target };
  if (target === null) return change;
  const taken = rivals(target);
  for (const [other, present] of Object.entries(mapping))
    if (other !== String(column) && present && taken.includes(present)) change[other] = null;
  return change;
}

/** Which settings matter for the fields that are filled. */
export function needsOf(object: ObjectType, mapping: Import['mapping']): { system: boolean; dates: boolean; numbers: boolean } {
  const kinds = new Set(
    Object.values(mapping).flatMap((target) => object.fields.find(({ name }) => name === target)?.kind ?? []),
  );
  return {
    system: kinds.has('external_ids'),
    dates: kinds.has('date') || kinds.has('instant'),
    numbers: kinds.has('money') || kinds.has('integer'),
  };
}

export type Step = 'check' | 'match' | 'duplicates';
export const STEPS: Step[] = ['check', 'match', 'duplicates'];

/** Delimiters by the name of their text; a tab has no good shape in an address or a list. */
export const DELIMITERS = [
  { value: ',', name: 'comma' },
  { value: ';', name: 'semicolon' },
  { value: '\t', name: 'tab' },
  { value: '|', name: 'bar' },
] as const;

/** What may be chosen by hand, most wanted first; the names are those of the server. */
export const ENCODINGS = [
  'utf-8', 'gb18030', 'cp1252', 'utf-16-le', 'utf-16-be', 'latin-1', 'big5', 'shift_jis', 'euc_jp', 'euc_kr',
  'iso8859-2', 'cp1250', 'cp1251', 'cp1253', 'cp1254', 'cp1255', 'cp1256', 'cp874', 'koi8-r', 'cp866',
];

const ENCODING_NAMES: Record<string, string> = {
  'utf-8': 'UTF-8',
  gb18030: 'GB18030',
  cp1252: 'Windows-1252',
  'utf-16-le': 'UTF-16 LE',
  'utf-16-be': 'UTF-16 BE',
  'latin-1': 'ISO-8859-1',
  big5: 'Big5',
  shift_jis: 'Shift JIS',
  euc_jp: 'EUC-JP',
  euc_kr: 'EUC-KR',
  'iso8859-2': 'ISO-8859-2',
  'koi8-r': 'KOI8-R',
};

export function encodingName(encoding: string): string {
  return ENCODING_NAMES[encoding] ?? encoding.replace(/^cp/, 'Windows-');
}
