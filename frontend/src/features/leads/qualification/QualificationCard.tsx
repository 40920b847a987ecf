import { useState } from 'react';
import { Alert, Button, Group, Progress, Text, Title, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { fieldMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { readFaults } from '@/shared/records/model/faults';
import type { CardProps } from '@/shared/records/model/config';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FieldsSkeleton } from '@/shared/ui/Skeletons';
import { toast } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { standingQuery, useDecide, type Decision } from './api';
import { CriterionRow } from './CriterionRow';
import { Pending } from './Pending';
import './namespace';
import classes from './qualification.module.css';

/** How far a lead meets the criteria, the evidence, and the way to qualify it or to have that confirmed. */
export function QualificationCard({ display, record, mayEdit }: CardProps) {
  const t = useText('qualification', 'records');
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery(standingQuery(workspace, record.id, record.version));
  const done = record.status === 'qualified' || record.status === 'converted';
  const [opened, setOpened] = useState(!done);
  const decide = useDecide(record.id);
  // A refusal is told as long as the lead stands as it did then.
  const [refusedAs, setRefusedAs] = useState('');
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <FieldsSkeleton fields={2} />;
  if (data.criteria.length === 0 && !data.confirm) return null;
  const standsAs = JSON.stringify(data.in_the_way);
  const refusal = decide.error && refusedAs === standsAs ? readFaults(t, decide.error) : null;
  const run = (decision: Decision): void => {
    setRefusedAs(standsAs);
    decide.mutate(decision, {
      onSuccess: (lead) => toast(t(lead.qualification_state === 'waiting' ? 'qualification:asked' : `qualification:done.${decision.act}`)),
    });
  };
  const asks = data.confirm && !data.may_confirm;
  const waits = data.state === 'waiting';
  return (
    <section className={classes.card} aria-label={t('qualification:title')}>
      <UnstyledButton className={classes.head} aria-expanded={opened} onClick={() => setOpened(!opened)}>
        <Title order={3} size="h5">
          {t('qualification:title')}
        </Title>
        {data.total > 0 && (
          <span className={classes.score}>{t('qualification:score', { score: data.score, total: data.total })}</span>
        )}
        <IconChevronDown size={16} stroke={1.5} className={classes.chevron} aria-hidden />
      </UnstyledButton>
      {data.total > 0 && (
        <div className={classes.meter}>
          <Progress
            value={(100 * data.score) / data.total}
            color={data.score >= data.threshold ? 'green' : 'yellow'}
            size={6}
            aria-label={t('qualification:score', { score: data.score, total: data.total })}
          />
          {data.threshold > 0 && (
            <span
              className={classes.threshold}
              style={{ insetInlineStart: `${(100 * data.threshold) / data.total}%` }}
              title={t('qualification:threshold', { threshold: data.threshold })}
            />
          )}
        </div>
      )}
      {opened && (
        <ul className={classes.criteria}>
          {data.criteria.map((criterion) => (
            <CriterionRow
              key={criterion.id}
              display={display}
              record={record}
              criterion={criterion}
              mayAssess={mayEdit && data.may_assess}
            />
          ))}
        </ul>
      )}
      {refusal && (
        <Alert color="red" variant="light" role="alert" mt={8}>
          {refusal.summary ?? Object.values(refusal.fields).map(({ message }) => message).join(' ')}
        </Alert>
      )}
      <Pending standing={data} busy={decide.isPending} onDecide={run} />
      {data.may_qualify && !waits && (
        <Group justify="space-between" gap={8} mt={8} align="flex-end">
          <Text size="xs" c="dimmed" className={classes.way}>
            {!refusal && data.in_the_way.length > 0 && (
              <>
                {t('qualification:in_the_way')} {data.in_the_way.map((fault) => fieldMessage(t, fault)).join(' ')}
              </>
            )}
          </Text>
          <Button
            size="compact-md"
            variant={data.in_the_way.length > 0 ? 'default' : 'filled'}
            loading={decide.isPending}
            onClick={() => run({ act: 'qualify', note: null })}
          >
            {t(asks ? 'qualification:ask' : 'qualification:qualify')}
          </Button>
        </Group>
      )}
    </section>
  );
}
