import type { Batch } from '@/api/types';
import type { Formatter } from '@/shared/format/format';
import { textOr } from '@/shared/i18n/text';
import type { Translate } from '@/shared/i18n/resources';
import './namespace';

/** "120 leads" */
export function countOf(t: Translate, format: Formatter, object: string, count: number): string {
  return textOr(t, `records:count.${object}`, format.number(count), { count, shown: format.number(count) });
}

/** What a job did, or is doing, in one sentence. */
export function batchText(t: Translate, format: Formatter, batch: Batch, isWorking: boolean): string {
  const what = countOf(t, format, batch.object, isWorking ? batch.progress.total : batch.counts.changed);
  return t(`bulk:${isWorking ? 'doing' : 'done'}.${batch.kind}`, { what });
}

/** What else came of it: stopped, failed, some left as they were. */
export function batchNote(t: Translate, format: Formatter, batch: Batch): string | null {
  const { left } = batch.counts;
  if (batch.state === 'failed') return t('bulk:note.failed');
  if (batch.state === 'cancelled') return t('bulk:note.cancelled');
  return left > 0 ? t('bulk:note.left', { count: left, shown: format.number(left) }) : null;
}
