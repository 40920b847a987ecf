import type { PlaceCount } from '@/api/types';
import type { Translate } from '@/shared/i18n/resources';
import { textOr } from '@/shared/i18n/text';

/** How much there is in one place, in words; a place that we have no words for goes by its name. */
export function placeText(t: Translate, { place, count }: PlaceCount): string {
  return textOr(t, `privacy:place.${place}`, t('privacy:place.other', { place, count }), { count });
}

export function total(places: readonly PlaceCount[]): number {
  return places.reduce((sum, { count }) => sum + count, 0);
}

/** An address or a number, as it was typed. */
export function subjectOf(typed: string): { email: string } | { phone: string } {
  return typed.includes('@') ? { email: typed.trim() } : { phone: typed.trim() };
}
