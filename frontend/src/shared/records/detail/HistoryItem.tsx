import { useState } from 'react';
import { Button, Text, VisuallyHidden } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import type { AssignmentReason, HistoryEvent } from '@/api/types';
import { textOr } from '@/shared/i18n/text';
import { fieldLabel } from '../model/labels';
import { fieldOf } from '../model/record';
import { isEmpty } from '../model/values';
import type { Display } from '../values/display';
import { FieldValue } from '../values/FieldValue';
import { Assigned } from './Assigned';
import { Finding } from './Finding';
import classes from './detail.module.css';

const SHOWN_AT_FIRST = 4;
/** Events whose sentence says it all. */
const TOLD_WHOLE = new Set(['deleted', 'restored', 'erased']);

function Change({ display, change, isNew }: { display: Display; change: HistoryEvent['changes'][number]; isNew: boolean }) {
  const { t, object } = display;
  if (change.field === 'finding') return <Finding display={display} change={change} />;
  const field = fieldOf(object, change.field);
  if (!field) return null;
  if (change.redacted)
    return (
      <li className={classes.change}>
        <span className={classes.changed}>{fieldLabel(t, field)}</span>
        <span className={classes.nothing}>{t('records:history.redacted')}</span>
      </li>
    );
  const part = (value: unknown) =>
    isEmpty(value) ? (
      <span className={classes.nothing}>{t('records:history.nothing')}</span>
    ) : (
      <FieldValue display={display} field={field} value={value} />
    );
  return (
    <li className={classes.change}>
      <span className={classes.changed}>{fieldLabel(t, field)}</span>
      {!isNew && (
        <>
          <VisuallyHidden>{t('records:history.before')}</VisuallyHidden>
          <span className={classes.before}>{part(change.before)}</span>
          <IconArrowRight size={12} aria-hidden />
          <VisuallyHidden>{t('records:history.after')}</VisuallyHidden>
        </>
      )}
      <span className={classes.after}>{part(change.after)}</span>
    </li>
  );
}

/** One event: a sentence and its changes; long ones are folded. */
export function HistoryItem({ display, event }: { display: Display; event: HistoryEvent }) {
  const { t } = display;
  const [unfolded, setUnfolded] = useState(false);
  const what = event.type.split('.').at(-1) ?? event.type;
  const who = event.actor.name ?? t('records:history.system');
  const isNew = what === 'created';
  const why = event.changes.find(({ field }) => field === 'assignment');
  const isTold = TOLD_WHOLE.has(what) || what.startsWith('comment');
  const changes = isTold ? [] : event.changes.filter((change) => change !== why);
  const shown = unfolded ? changes : changes.slice(0, SHOWN_AT_FIRST);
  const source = event.source === 'ui' ? '' : textOr(t, `records:history.source.${event.source}`, event.source);
  return (
    <>
      <Text size="sm" component="div">
        {textOr(t, `records:history.event.${what}`, event.type, { who })}
        {source && <span className={classes.source}> · {source}</span>}
      </Text>
      {why && <Assigned display={display} why={why.after as AssignmentReason} />}
      {shown.length > 0 && (
        <ul className={classes.changes}>
          {shown.map((change) => (
            <Change key={change.field} display={display} change={change} isNew={isNew} />
          ))}
        </ul>
      )}
      {shown.length < changes.length && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setUnfolded(true)}>
          {t('records:history.more_changes', { count: changes.length - shown.length })}
        </Button>
      )}
    </>
  );
}
