import type { Notification } from '@/api/types';
import type { Formatter } from '@/shared/format/format';
import type { Translate } from '@/shared/i18n/resources';
import { textOr } from '@/shared/i18n/text';
import '@/shared/records/namespace';
import './feature';

/** What a notification says, in one sentence. */
export function sentenceOf(t: Translate, each: Notification): string {
  const who = each.actor?.name ?? t('notifications:somebody');
  const { count, about } = each;
  if (each.kind === 'finished') {
    const what = `notifications:finished.${String(about.what)}.${String(about.state)}`;
    return textOr(t, what, t('notifications:finished.other'), { name: typeof about.name === 'string' ? about.name : '', count: Number(about.changed ?? 0) });
  }
  const name = each.record?.display_name ?? '';
  return each.record
    ? textOr(t, `notifications:one.${each.kind}`, name, { who, name: name === '' ? t('records:value.nameless') : name })
    : textOr(t, `notifications:many.${each.kind}`, each.kind, { who, count });
}

/** What stands under the sentence: what was said, which fields were changed, how many were left alone. */
export function detailOf(t: Translate, each: Notification, format: Formatter): string | null {
  if (each.excerpt !== null) return each.excerpt;
  if (each.kind === 'changed' && each.fields.length > 0) {
    const fields = each.fields.map((field) => textOr(t, `records:label.${each.object ?? 'record'}.field.${field}`, field));
    return format.list(fields);
  }
  if (each.kind === 'retention' && typeof each.about.at === 'string')
    return t('notifications:retention_on', { date: format.date(format.dayOf(each.about.at)) });
  const left = Number(each.about.left ?? 0);
  return left > 0 ? t('notifications:left', { count: left }) : null;
}
