import { memo, type ReactNode } from 'react';
import { Checkbox } from '@mantine/core';
import type { RecordData } from '../model/record';
import type { Display } from '../values/display';
import { CellContent } from './GridCell';
import type { ColumnView } from './columnTable';
import classes from './Grid.module.css';

export interface RowHandlers {
  hrefOf: (id: string) => string;
  open: (index: number) => void;
  /** A cell was clicked or pressed. */
  activate: (row: number, column: number) => void;
  edit: (row: number, column: number) => void;
  select: (index: number, range: boolean) => void;
}

interface Props {
  display: Display;
  record: RecordData;
  index: number;
  /** Distance from the top of the list in pixels. */
  top: number;
  columns: ColumnView[];
  gridId: string;
  /** The cell that the keyboard is at, -1 for none in this row. */
  activeColumn: number;
  selected: boolean;
  isOpen: boolean;
  handlers: RowHandlers;
  /** The editor, in the row whose cell is edited. */
  editor: { column: number; node: ReactNode } | null;
}

export function cellId(gridId: string, row: number, column: number): string {
  return `${gridId}-${row}-${column}`;
}

/** One record of the list. Drawn again only when something of its own changes. */
export const GridRow = memo(function GridRow(props: Props) {
  const { display, record, index, top, columns, gridId, activeColumn, selected, isOpen, handlers, editor } = props;
  return (
    <div
      role="row"
      className={classes.row}
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-open={isOpen || undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <div role="gridcell" className={classes.check} aria-colindex={1}>
        <Checkbox
          size="xs"
          tabIndex={-1}
          checked={selected}
          aria-label={display.t('records:list.select_row', { name: record.display_name })}
          onClick={(event) => {
            event.preventDefault();
            handlers.select(index, event.shiftKey);
          }}
          readOnly
        />
      </div>
      {columns.map((column, at) => (
        // The grid itself handles the keys; cells only answer the pointer.
        // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
        <div
          key={column.field.name}
          id={cellId(gridId, index, at)}
          role={at === 0 ? 'rowheader' : 'gridcell'}
          className={at === 0 ? classes.first : classes.cell}
          aria-colindex={at + 2}
          data-active={at === activeColumn || undefined}
          data-right={column.right || undefined}
          style={{ width: column.width }}
          onClick={() => handlers.activate(index, at)}
          onDoubleClick={() => handlers.edit(index, at)}
        >
          <div className={classes.content}>
            <CellContent
              display={display}
              record={record}
              column={column}
              index={at}
              href={handlers.hrefOf(record.id)}
              onOpen={() => handlers.open(index)}
            />
          </div>
          {editor?.column === at && editor.node}
        </div>
      ))}
    </div>
  );
});
