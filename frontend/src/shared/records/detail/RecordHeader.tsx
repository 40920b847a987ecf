import type { ReactNode } from 'react';
import { Title } from '@mantine/core';
import type { RecordConfig } from '../model/config';
import { fieldOf, type RecordData } from '../model/record';
import type { Display } from '../values/display';
import { StatusControl } from './StatusControl';
import { subtitleOf } from './subtitle';
import classes from './RecordHeader.module.css';

interface Props {
  display: Display;
  config: RecordConfig;
  record: RecordData;
  mayEdit: boolean;
  /** 1 on the record's own page, 2 in a panel. */
  order: 1 | 2;
  headingId: string;
  children?: ReactNode;
}

/** Who or what this is, and where it stands. */
export function RecordHeader({ display, config, record, mayEdit, order, headingId, children }: Props) {
  const status = fieldOf(display.object, config.status);
  const subtitle = subtitleOf(display, config, record);
  return (
    <header className={classes.header}>
      <div className={classes.words}>
        <Title order={order} size="h3" id={headingId} tabIndex={-1} data-page-title={order === 1 || undefined} className={classes.name}>
          {record.display_name || display.t('records:value.nameless')}
        </Title>
        {subtitle && <p className={classes.subtitle}>{subtitle}</p>}
      </div>
      {status && <StatusControl display={display} record={record} field={status} mayEdit={mayEdit} />}
      {children}
    </header>
  );
}
