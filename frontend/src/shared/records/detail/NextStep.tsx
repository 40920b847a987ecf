import { Badge, Group, Title } from '@mantine/core';
import type { RecordConfig } from '../model/config';
import { fieldOf, type RecordData } from '../model/record';
import { textOf } from '../model/values';
import { daysBetween, today } from '../values/dates';
import type { Display } from '../values/display';
import { FieldRow } from './FieldRow';
import classes from './detail.module.css';

interface Props {
  display: Display;
  config: RecordConfig;
  record: RecordData;
  mayEdit: boolean;
}

/** What is to be done next and when; says so when the day has passed. */
export function NextStep({ display, config, record, mayEdit }: Props) {
  const { t, object } = display;
  const what = fieldOf(object, config.nextStep.what);
  const when = fieldOf(object, config.nextStep.when);
  if (!what || !when) return null;
  const day = textOf(record[when.name]);
  const left = day ? daysBetween(today(), day) : null;
  return (
    <section className={classes.card} data-overdue={(left !== null && left < 0) || undefined}>
      <Group justify="space-between" gap="xs">
        <Title order={3} size="h5">
          {t('records:detail.next_step')}
        </Title>
        {left !== null && left < 0 && (
          <Badge color="red" variant="light" tt="none">
            {t('records:detail.overdue')}
          </Badge>
        )}
        {left === 0 && (
          <Badge variant="light" tt="none">
            {t('records:detail.due_today')}
          </Badge>
        )}
      </Group>
      <dl className={classes.fields}>
        <FieldRow display={display} record={record} field={what} mayEdit={mayEdit} unlabelled />
        <FieldRow display={display} record={record} field={when} mayEdit={mayEdit} unlabelled />
      </dl>
    </section>
  );
}
