import { useState } from 'react';
import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { RetentionRule, RetentionRun } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { useFormat } from '@/shared/format/useFormat';
import { textOr, useText } from '@/shared/i18n/text';
import { filterText } from '@/shared/records/filters/leafText';
import { partsOfFilter } from '@/shared/records/model/filters';
import { isAtWork } from '@/shared/records/bulk/data';
import { useDisplay } from '@/shared/records/values/display';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toast, toastError } from '@/shared/ui/toast';
import { useObject, useWorkspace } from '@/shared/workspace/workspace';
import { isMoving, retentionQuery, useRetain } from '../api/retention';
import { nextText } from '../words';
import { ConfirmBringBack } from './ConfirmBringBack';
import { RetentionDialog } from './RetentionDialog';
import classes from './privacy.module.css';

/** How long records are kept, and what was deleted because of it. */
export function RetentionPart() {
  const t = useText('privacy', 'records');
  const query = useQuery(retentionQuery(useWorkspace()));
  if (query.isPending) return <RowsSkeleton rows={2} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { data: rules, runs } = query.data;
  return (
    <Stack gap="md">
      <ul className={classes.list}>
        {rules.map((rule) => (
          <li key={rule.object} className={classes.row} data-wraps>
            <Rule rule={rule} />
          </li>
        ))}
      </ul>
      {runs.length > 0 && (
        <section>
          <Text fw={500}>{t('privacy:kept.runs')}</Text>
          <ul className={classes.list}>
            {runs.map((run) => (
              <li key={run.id} className={classes.row} data-wraps>
                <Run run={run} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </Stack>
  );
}

function Rule({ rule }: { rule: RetentionRule }) {
  const t = useText('privacy', 'records');
  const format = useFormat();
  const object = useObject(rule.object);
  const display = useDisplay(object);
  const [editing, setEditing] = useState(false);
  const retain = useRetain(rule);
  const filter = partsOfFilter(rule.filter);
  const isOff = rule.months === null && rule.history_months === null;
  const stop = (): void =>
    retain.mutate(
      { months: null, filter: null, history_months: null },
      { onSuccess: () => toast(t('privacy:kept.stopped')), onError: (error) => toastError(errorMessage(t, error)) },
    );
  return (
    <>
      <div className={classes.main}>
        <Text fw={500}>{textOr(t, `${object.plural}:title`, object.plural)}</Text>
        {isOff && <Text c="dimmed">{t('privacy:kept.off')}</Text>}
        {rule.months !== null && (
          <Text>
            {t('privacy:kept.rule', { count: rule.months })}
            {filter.length > 0 && ` ${t('privacy:kept.only', { filter: filterText(display, filter) })}`}
          </Text>
        )}
        {rule.next_run_at !== null && rule.due !== null && (
          <Text c="dimmed">{nextText(t, format, format.date(format.dayOf(rule.next_run_at)), rule.due)}</Text>
        )}
        {rule.history_months !== null && <Text>{t('privacy:kept.history', { count: rule.history_months })}</Text>}
      </div>
      <Group gap="xs" wrap="nowrap">
        {!isOff && (
          <Button variant="subtle" color="gray" loading={retain.isPending} onClick={stop}>
            {t('privacy:kept.stop')}
          </Button>
        )}
        <Button variant="default" onClick={() => setEditing(true)}>
          {t(isOff ? 'privacy:kept.set' : 'privacy:kept.change')}
        </Button>
      </Group>
      {editing && <RetentionDialog display={display} rule={rule} onClose={() => setEditing(false)} />}
    </>
  );
}

function Run({ run }: { run: RetentionRun }) {
  const t = useText('privacy', 'records');
  const format = useFormat();
  const [confirming, setConfirming] = useState(false);
  const { plural } = useObject(run.object);
  const canReturn = !isMoving(run) && run.undoing === null && run.deleted > 0 && new Date(run.erase_at) > new Date();
  const what = { object: textOr(t, `${plural}:title`, plural), count: run.deleted };
  const day = (instant: string): string => format.date(format.dayOf(instant));
  return (
    <>
      <div className={classes.main}>
        <Text>
          {day(run.started_at)} · {isAtWork(run) ? t('privacy:kept.deleting', what) : t('privacy:kept.deleted', what)}
        </Text>
        <Text size="sm" c="dimmed">
          {(run.state === 'failed' || run.state === 'cancelled') && `${t(`privacy:kept.${run.state}`)} `}
          {run.undoing !== null && t(`privacy:kept.undoing.${run.undoing}`)}
          {run.undoing === null && run.erased_at !== null && t('privacy:kept.erased', { date: day(run.erased_at) })}
          {canReturn && t('privacy:kept.until', { date: day(run.erase_at) })}
        </Text>
      </div>
      {canReturn && (
        <Button variant="default" onClick={() => setConfirming(true)}>
          {t('privacy:kept.bring_back')}
        </Button>
      )}
      {confirming && <ConfirmBringBack run={run} onClose={() => setConfirming(false)} />}
    </>
  );
}
