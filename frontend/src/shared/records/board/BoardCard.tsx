import { useDraggable } from '@dnd-kit/core';
import { subtitleOf } from '../detail/subtitle';
import type { RecordConfig } from '../model/config';
import type { RecordData } from '../model/record';
import { isEmpty } from '../model/values';
import type { Display } from '../values/display';
import { FieldValue } from '../values/FieldValue';
import '../views/namespace';
import classes from './Board.module.css';

interface Props {
  display: Display;
  config: RecordConfig;
  record: RecordData;
  mayEdit: boolean;
  onOpen: (id: string) => void;
}

/** A record on the board: a click or Enter opens it, dragging or the space bar moves it. */
export function BoardCard({ display, config, record, mayEdit, onOpen }: Props) {
  const { t } = display;
  const { setNodeRef, listeners, attributes, isDragging } = useDraggable({
    id: record.id,
    data: { record },
    disabled: !mayEdit,
    attributes: { roleDescription: t('views:board.draggable') },
  });
  return (
    <div
      ref={setNodeRef}
      className={classes.card}
      data-dragging={isDragging || undefined}
      {...attributes}
      {...listeners}
      {...(mayEdit ? {} : { 'aria-roledescription': undefined, 'aria-disabled': undefined })}
      role="button"
      tabIndex={0}
      onClick={() => onOpen(record.id)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !isDragging) onOpen(record.id);
        else (listeners?.onKeyDown as ((event: unknown) => void) | undefined)?.(event);
      }}
    >
      <CardBody display={display} config={config} record={record} />
    </div>
  );
}

/** What stands on a card, in its column and while it is dragged. */
export function CardBody({ display, config, record }: Pick<Props, 'display' | 'config' | 'record'>) {
  const { t, object } = display;
  const money = object.fields.find(({ kind }) => kind === 'money');
  const subtitle = subtitleOf(display, config, record);
  return (
    <>
      <span className={classes.name}>{record.display_name || t('records:value.nameless')}</span>
      {subtitle && <span className={classes.facts}>{subtitle}</span>}
      {money && !isEmpty(record[money.name]) && (
        <span className={classes.money}>
          <FieldValue display={display} field={money} value={record[money.name]} inCell />
        </span>
      )}
    </>
  );
}
