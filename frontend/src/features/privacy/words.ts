import type { PlaceCount } from '@/api/types';
import type { Formatter } from '@/shared/format/format';
import type { Translate } from '@/shared/i18n/resources';
import { textOr } from '@/shared/i18n/text';

/** How much there is in one place, in words; a place that we have no words for goes by its name. */
export function placeText(t: Translate, { place, count }: PlaceCount): string {
  return textOr(t, `privacy:place.${place}`, t('privacy:place.other', { place, count }), { count });
}

export function total(places: readonly PlaceCount[]): number {
  return places.reduce((sum, { count }) => sum + count, 0);
}

/** How many records go; beyond a bound about how many. */
export function goingText(t: Translate, format: Formatter, count: { value: number; exact: boolean }): string {
  const shown = format.number(count.value);
  return count.exact ? t('privacy:kept.now', { count: count.value, shown }) : t('privacy:kept.now_about', { shown });
}

/** When a rule is carried out next, and what goes then. */
export function nextText(t: Translate, format: Formatter, date: string, count: { value: number; exact: boolean }): string {
  const shown = format.number(count.value);
  return count.exact
    ? t('privacy:kept.next', { date, count: count.value, shown })
    : t('privacy:kept.next_about', { date, shown });
}

/** An address or a number, as it was typed. */
export function subjectOf(typed: string): { email: string } | { phone: string } {
  return typed.includes('@') ? { email: typed.trim() } : { phone: typed.trim() };
}
