import type { Field } from '@/api/types';
import { isEmpty, isMoney, textOf, textsOf } from '../model/values';
import type { Display } from './display';

interface Pair {
  system: string;
  value: string;
}

export function externalIds(value: unknown): Pair[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).filter(
    (item): item is Pair => typeof item === 'object' && item !== null && 'system' in item && 'value' in item,
  );
}

/** A value in words, for places that cannot draw it: titles, screen readers, chips, history. */
export function valueText({ t, language, format, member, option, country }: Display, field: Field, value: unknown): string {
  if (isEmpty(value)) return '';
  switch (field.kind) {
    case 'choice':
      return option(field, textOf(value));
    case 'member':
      return member(textOf(value))?.name ?? t('records:value.former_member');
    case 'country':
      return country(textOf(value));
    case 'money':
      return isMoney(value) ? format.money(value) : '';
    case 'integer':
      return typeof value === 'number' ? format.number(value) : '';
    case 'date':
      return format.date(textOf(value));
    case 'instant':
      return format.dateTime(textOf(value));
    case 'external_ids':
      return externalIds(value).map((each) => t('records:value.external_id', { ...each })).join(', ');
    case 'email_list':
    case 'phone_list':
    case 'tags':
      return new Intl.ListFormat(language, { type: 'unit', style: 'short' }).format(textsOf(value));
    default:
      return textOf(value);
  }
}
