import type { Field } from '@/api/types';
import type { Translate } from '@/shared/i18n/resources';
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

/** `+14155550152;ext=7` (RFC 3966) as people write it. */
export function phoneText(t: Translate, number: string): string {
  const [main = '', extension] = number.split(';ext=');
  return extension === undefined ? main : t('records:value.phone_extension', { number: main, extension });
}

/** A value in words, for places that cannot draw it: titles, screen readers, chips, history. */
export function valueText({ t, format, member, option, country }: Display, field: Field, value: unknown): string {
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
      return format.list(externalIds(value).map((each) => t('records:value.external_id', { ...each })));
    case 'phone_list':
      return format.list(textsOf(value).map((number) => phoneText(t, number)));
    case 'email_list':
    case 'tags':
      return format.list(textsOf(value));
    default:
      return textOf(value);
  }
}
