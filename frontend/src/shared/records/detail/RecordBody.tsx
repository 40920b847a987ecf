import { Suspense } from 'react';
import type { RecordConfig } from '../model/config';
import type { RecordData } from '../model/record';
import type { Display } from '../values/display';
import { FieldGroups } from './FieldGroups';
import { NextStep } from './NextStep';
import { Notes } from './Notes';
import { Timeline } from './Timeline';
import classes from './RecordBody.module.css';

interface Props {
  display: Display;
  config: RecordConfig;
  record: RecordData;
  mayEdit: boolean;
  /** Two columns where there is room. */
  wide?: boolean;
}

/** Everything known of a record. */
export function RecordBody({ wide = false, ...props }: Props) {
  const { display, config, record, mayEdit } = props;
  const Card = config.card?.component;
  return (
    <div className={wide ? classes.wide : classes.narrow}>
      <div className={classes.facts}>
        <NextStep key={`step-${record.id}`} {...props} />
        {Card && (
          <Suspense fallback={null}>
            <Card key={`card-${record.id}`} display={display} record={record} mayEdit={mayEdit} />
          </Suspense>
        )}
        <FieldGroups key={`fields-${record.id}`} {...props} />
      </div>
      <div className={classes.story}>
        <Notes key={`notes-${record.id}`} {...props} />
        <Timeline key={`history-${record.id}`} display={display} id={record.id} />
      </div>
    </div>
  );
}
