import { Title } from '@mantine/core';
import type { Field } from '@/api/types';
import { groupLabel } from '../model/labels';
import { fieldsOf, type RecordData } from '../model/record';
import { isReason, reasonField } from '../model/transitions';
import { isEmpty, textOf } from '../model/values';
import type { RecordConfig } from '../model/config';
import type { Display } from '../values/display';
import { FieldRow } from './FieldRow';
import classes from './detail.module.css';

interface Props {
  display: Display;
  config: RecordConfig;
  record: RecordData;
  mayEdit: boolean;
}

/** Fields that have a place of their own on the page are not repeated among the others. */
function belongs(field: Field, { status, nextStep, notes, card }: RecordConfig): boolean {
  return ![status, nextStep.what, nextStep.when, notes, ...(card?.fields ?? [])].includes(field.name);
}

/** The reason of a status is shown while the record has that status or a reason from before. */
function isRelevant({ display, config, record }: Props, field: Field): boolean {
  if (!isReason(display.object, field.name)) return true;
  const present = reasonField(display.object, config.status, textOf(record[config.status]));
  return present?.name === field.name || !isEmpty(record[field.name]);
}

/** All fields by group, each editable where it stands. */
export function FieldGroups(props: Props) {
  const { display, config, record, mayEdit } = props;
  const fields = fieldsOf(display.object).filter((field) => belongs(field, config) && isRelevant(props, field));
  const groups = [...new Set(fields.map(({ group }) => group))];
  return groups.map((group) => (
    <section key={group} className={classes.section}>
      <Title order={3} size="h5" className={classes.heading}>
        {groupLabel(display.t, display.object, group)}
      </Title>
      <dl className={classes.fields}>
        {fields
          .filter((field) => field.group === group)
          .map((field) => (
            <FieldRow key={field.name} display={display} record={record} field={field} mayEdit={mayEdit} />
          ))}
      </dl>
    </section>
  ));
}
