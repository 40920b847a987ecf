import { VisuallyHidden } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { HistoryEvent } from '@/api/types';
import { textOr } from '@/shared/i18n/text';
import type { Display } from '../values/display';
import classes from './detail.module.css';

/** What the log tells of what was found out about a criterion. */
interface Told {
  name_en: string;
  name_zh: string;
  verdict: string;
  evidence_kind: string | null;
  evidence_on: string | null;
}

function words({ t, format }: Display, { verdict, evidence_kind, evidence_on }: Told): string {
  return [
    textOr(t, `records:verdict.${verdict}`, verdict),
    evidence_kind ? textOr(t, `records:evidence.${evidence_kind}`, evidence_kind) : '',
    evidence_on ? format.date(evidence_on) : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

/** A criterion in a history: its verdict and evidence before and after. */
export function Finding({ display, change }: { display: Display; change: HistoryEvent['changes'][number] }) {
  const { t, language } = display;
  const [before, after] = [change.before as Told, change.after as Told];
  const [first, second] = language.startsWith('zh') ? [after.name_zh, after.name_en] : [after.name_en, after.name_zh];
  return (
    <li className={classes.change}>
      <span className={classes.changed}>{first || second}</span>
      <VisuallyHidden>{t('records:history.before')}</VisuallyHidden>
      <span className={classes.before}>{words(display, before)}</span>
      <IconArrowRight size={12} aria-hidden />
      <VisuallyHidden>{t('records:history.after')}</VisuallyHidden>
      <span className={classes.after}>{words(display, after)}</span>
    </li>
  );
}
