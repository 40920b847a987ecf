import { useState } from 'react';
import { Checkbox, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { fieldLabel } from '../model/labels';
import { readSort } from '../model/search';
import type { Display } from '../values/display';
import type { ColumnView } from './columnTable';
import { cellId } from './GridRow';
import classes from './Grid.module.css';

interface Props {
  display: Display;
  columns: ColumnView[];
  gridId: string;
  sort: string;
  activeColumn: number;
  /** How many of the rows are selected. */
  selected: 'none' | 'some' | 'all';
  onSelectAll: () => void;
  onSort: (name: string) => void;
  onMove: (from: number, to: number) => void;
  /** Double click on the edge: back to the width it had at first. */
  onResetWidth: (name: string) => void;
}

const HEADER_ROW = -1;

/** The names of the columns: a click sorts, a drag moves, the edge resizes. The keyboard does the same from the grid. */
export function GridHeader(props: Props) {
  const { display, columns, gridId, sort, activeColumn, selected, onSelectAll, onSort, onMove, onResetWidth } = props;
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const order = readSort(sort);
  const drop = (): void => {
    if (dragged !== null && over !== null) onMove(dragged, over);
    setDragged(null);
    setOver(null);
  };
  return (
    <div role="row" className={classes.header} aria-rowindex={1}>
      <div role="columnheader" className={classes.check} aria-colindex={1}>
        <VisuallyHidden>{display.t('records:list.selected')}</VisuallyHidden>
        <Checkbox
          size="xs"
          tabIndex={-1}
          checked={selected === 'all'}
          indeterminate={selected === 'some'}
          aria-label={display.t('bulk:select.all_loaded')}
          onChange={onSelectAll}
        />
      </div>
      {columns.map(({ field, width, right, resize, isResizing }, at) => {
        const isSorted = field.sortable && order.name === field.name;
        const label = fieldLabel(display.t, field);
        return (
          // The focus stays on the grid, which points at the active header (aria-activedescendant).
          // eslint-disable-next-line jsx-a11y/interactive-supports-focus
          <div
            key={field.name}
            id={cellId(gridId, HEADER_ROW, at)}
            role="columnheader"
            aria-colindex={at + 2}
            aria-sort={isSorted ? (order.descending ? 'descending' : 'ascending') : undefined}
            className={at === 0 ? classes.first : classes.cell}
            data-active={at === activeColumn || undefined}
            data-right={right || undefined}
            data-drop={over === at && dragged !== null && dragged !== at ? (dragged < at ? 'after' : 'before') : undefined}
            style={{ width }}
            draggable={at > 0 && !isResizing}
            onDragStart={(event) => {
              event.dataTransfer.setData('text/plain', field.name);
              event.dataTransfer.effectAllowed = 'move';
              setDragged(at);
            }}
            onDragOver={(event) => {
              if (dragged === null || at === 0) return;
              event.preventDefault();
              setOver(at);
            }}
            onDrop={drop}
            onDragEnd={drop}
          >
            {field.sortable ? (
              <button type="button" tabIndex={-1} className={classes.sort} onClick={() => onSort(field.name)}>
                <span className={classes.name}>{label}</span>
                {isSorted &&
                  (order.descending ? <IconArrowDown size={14} aria-hidden /> : <IconArrowUp size={14} aria-hidden />)}
              </button>
            ) : (
              <span className={classes.name}>{label}</span>
            )}
            <span
              className={classes.handle}
              data-resizing={isResizing || undefined}
              aria-hidden
              onMouseDown={resize}
              onTouchStart={resize}
              onDoubleClick={() => onResetWidth(field.name)}
            />
          </div>
        );
      })}
    </div>
  );
}
