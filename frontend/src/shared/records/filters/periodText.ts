import { textOr } from '@/shared/i18n/text';
import { asPeriod, readPeriod } from '../model/periods';
import type { Display } from '../values/display';

/** A period in words: "this week", "last 7 days", "more than 30 days ago". */
export function periodText({ t }: Display, value: unknown): string {
  const read = readPeriod(value);
  if (!read) {
    const { unit = 'day', from, to } = asPeriod(value) ?? {};
    return t('records:period.other', { unit, from: from ?? '…', to: to ?? '…' });
  }
  const named = textOr(t, `records:period.named.${read.shape}`, '');
  return named || textOr(t, `records:period.counted.${read.shape}.${read.unit}`, read.shape, { count: read.count });
}
