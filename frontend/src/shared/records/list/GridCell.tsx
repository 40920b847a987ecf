import type { MouseEvent } from 'react';
import type { RecordData } from '../model/record';
import { isEmpty } from '../model/values';
import type { Display } from '../values/display';
import { FieldValue } from '../values/FieldValue';
import type { ColumnView } from './columnTable';
import classes from './Grid.module.css';

interface Props {
  display: Display;
  record: RecordData;
  column: ColumnView;
  index: number;
  /** Address of the record's own page. */
  href: string;
  onOpen: () => void;
}

/** Open in the panel on a plain click; let the browser have the click that wants a new tab. */
function follow(event: MouseEvent, onOpen: () => void): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  event.stopPropagation();
  onOpen();
}

/** What stands in a cell. The first one names the record and leads to it. */
export function CellContent({ display, record, column, index, href, onOpen }: Props) {
  const value = record[column.field.name];
  if (index > 0) return <FieldValue display={display} field={column.field} value={value} inCell />;
  const name = record.display_name || display.t('records:value.nameless');
  return (
    <a
      className={classes.title}
      href={href}
      tabIndex={-1}
      data-borrowed={isEmpty(value) || undefined}
      onClick={(event) => follow(event, onOpen)}
    >
      {name}
    </a>
  );
}
