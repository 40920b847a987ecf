import { useCallback, useEffect, useId, useMemo, useRef, useState, type RefObject } from 'react';
import { Button, Skeleton, VisuallyHidden } from '@mantine/core';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { useUser } from '@/shared/session/session';
import { useEditing } from '../editing/editing';
import type { Move } from '../editing/ChangeEditor';
import { moveColumn, clampWidth, type Column } from '../model/columns';
import { nextSort } from '../model/search';
import type { Faults } from '../model/faults';
import type { Values } from '../model/record';
import type { Display } from '../values/display';
import { CellEditor } from './CellEditor';
import { useColumnTable } from './columnTable';
import { GridHeader } from './GridHeader';
import { cellId, GridRow, type RowHandlers } from './GridRow';
import { gridKeys, type GridPosition } from './useGridKeys';
import type { Rows } from './useRows';
import type { Selection } from './useSelection';
import classes from './Grid.module.css';

interface Props {
  display: Display;
  label: string;
  rows: Rows;
  columns: Column[];
  sort: string;
  selection: Selection;
  openId: string | undefined;
  mayEdit: boolean;
  hrefOf: (id: string) => string;
  onOpen: (index: number) => void;
  onColumns: (columns: Column[]) => void;
  onSort: (sort: string | undefined) => void;
  /** The page keeps it to give the focus back and to scroll to a record. */
  scroller: RefObject<HTMLDivElement | null>;
}

interface Edit {
  id: string;
  column: number;
  draft?: { value: unknown; faults: Faults };
}

const HEADER_HEIGHT = 35;
const LOAD_AHEAD = 40;
const WAITING = 3;

/** The list as a grid: one tab stop, arrows inside; rows exist only while they can be seen. */
export function Grid(props: Props) {
  const { display, label, rows, columns, sort, selection, openId, mayEdit, hrefOf, onOpen, onColumns, onSort, scroller } = props;
  const { records } = rows;
  const gridId = useId();
  const { save } = useEditing();
  const rowHeight = useUser().density === 'compact' ? 30 : 36;
  const [position, setPosition] = useState<GridPosition>({ row: 0, column: 0 });
  const [edit, setEdit] = useState<Edit | null>(null);
  const editRow = edit ? records.findIndex(({ id }) => id === edit.id) : -1;
  const table = useColumnTable(display.object, columns, onColumns);
  const { views } = table;

  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here only, in every render
  const virtualizer = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: HEADER_HEIGHT,
    // The row under edit stays even when it is scrolled away, with what is typed into it.
    rangeExtractor: (range) => {
      const seen = defaultRangeExtractor(range);
      return editRow >= 0 && !seen.includes(editRow) ? [...seen, editRow].sort((a, b) => a - b) : seen;
    },
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  const items = virtualizer.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  const { hasMore, loadMore } = rows;
  useEffect(() => {
    if (hasMore && lastSeen >= records.length - LOAD_AHEAD) loadMore();
  }, [hasMore, lastSeen, records.length, loadMore]);

  const move = useCallback(
    (to: GridPosition) => {
      setPosition(to);
      if (to.row >= 0) virtualizer.scrollToIndex(to.row, { align: 'auto' });
      revealColumn(scroller.current, gridId, to);
    },
    [virtualizer, scroller, gridId],
  );
  const startEdit = useCallback(
    (row: number, column: number) => {
      const record = records[row];
      const field = views[column]?.field;
      setPosition({ row, column });
      if (mayEdit && record && field && !field.read_only) setEdit({ id: record.id, column });
    },
    [records, views, mayEdit],
  );
  // The keyboard goes on from the record that is open, also after J and K in its panel.
  const openRow = openId === undefined ? -1 : records.findIndex(({ id }) => id === openId);
  useEffect(() => {
    if (openRow < 0) return;
    setPosition(({ column }) => ({ row: openRow, column }));
    virtualizer.scrollToIndex(openRow, { align: 'auto' });
  }, [openRow, virtualizer]);
  const handlers = useStableHandlers({
    hrefOf,
    open: onOpen,
    activate: (row, column) => {
      setPosition({ row, column });
      scroller.current?.focus({ preventScroll: true });
    },
    edit: startEdit,
    select: selection.toggle,
  });
  const leave = (): void => {
    setEdit(null);
    scroller.current?.focus({ preventScroll: true });
  };
  const commit = async (at: Edit, values: Values, step: Move): Promise<void> => {
    const record = records[editRow];
    const field = views[at.column]?.field;
    leave();
    if (!record || !field) return;
    const by = step === 'next' ? 1 : step === 'previous' ? -1 : 0;
    const nextColumn = at.column + by;
    if (by !== 0 && views[nextColumn]) {
      move({ row: editRow, column: nextColumn });
      startEdit(editRow, nextColumn);
    }
    const outcome = await save(record, values);
    if (outcome.saved) return;
    // Refused: the cell opens again with what was typed and why it was not taken.
    setPosition({ row: editRow, column: at.column });
    setEdit({ id: at.id, column: at.column, draft: { value: values[field.name], faults: outcome.faults } });
  };
  const setWidth = (index: number, width: number | null): void =>
    onColumns(columns.map((column, at) => (at === index ? (width === null ? { name: column.name } : { ...column, width }) : column)));

  const keys = gridKeys({
    position,
    rows: records.length,
    columns: views.length,
    pageRows: Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeight) - 2),
    move,
    open: onOpen,
    edit: (at) => startEdit(at.row, at.column),
    select: selection.toggle,
    sort: (column) => sortBy(views[column]?.field.name),
    shift: (column, by) => {
      if (column < 1 || column + by < 1 || column + by >= columns.length) return;
      onColumns(moveColumn(columns, column, column + by));
      setPosition({ row: -1, column: column + by });
    },
    widen: (column, by) => setWidth(column, clampWidth(table.widthOf(views[column]?.field.name ?? '') + by)),
    selectAll: selection.toggleLoaded,
    release: () => {
      const had = selection.ids.size > 0;
      selection.clear();
      return had;
    },
  });
  function sortBy(name: string | undefined): void {
    if (name !== undefined && views.find(({ field }) => field.name === name)?.field.sortable) onSort(nextSort(sort, name));
  }

  const total = rows.count?.exact && !hasMore ? rows.count.value : -1;
  const active = position.row < records.length ? position : { ...position, row: records.length - 1 };
  return (
    <div
      ref={scroller}
      id={gridId}
      role="grid"
      tabIndex={0}
      aria-label={label}
      aria-rowcount={total < 0 ? -1 : total + 1}
      aria-colcount={views.length + 1}
      aria-multiselectable
      aria-busy={rows.isStale}
      aria-activedescendant={cellId(gridId, active.row, active.column)}
      className={classes.scroll}
      data-stale={rows.isStale || undefined}
      style={table.widths}
      onKeyDown={keys}
    >
      <GridHeader
        display={display}
        columns={views}
        gridId={gridId}
        sort={sort}
        activeColumn={active.row === -1 ? active.column : -1}
        selected={selection.ids.size === 0 ? 'none' : selection.ids.size < records.length ? 'some' : 'all'}
        onSelectAll={selection.toggleLoaded}
        onSort={sortBy}
        onMove={(from, to) => onColumns(moveColumn(columns, from, to))}
        onResetWidth={(name) => setWidth(columns.findIndex((column) => column.name === name), null)}
      />
      <div className={classes.body} style={{ height: virtualizer.getTotalSize() + (hasMore ? WAITING * rowHeight : 0) }}>
        {items.map(({ index, start }) => {
          const record = records[index];
          if (!record) return null;
          const field = edit ? views[edit.column]?.field : undefined;
          return (
            <GridRow
              key={record.id}
              display={display}
              record={record}
              index={index}
              top={start}
              columns={views}
              gridId={gridId}
              activeColumn={index === active.row ? active.column : -1}
              selected={selection.ids.has(record.id)}
              isOpen={record.id === openId}
              handlers={handlers}
              editor={
                edit && field && index === editRow
                  ? {
                      column: edit.column,
                      node: (
                        <CellEditor
                          key={`${edit.id}/${field.name}/${edit.draft ? 'again' : 'first'}`}
                          display={display}
                          record={record}
                          field={field}
                          width={table.widthOf(field.name)}
                          draft={edit.draft}
                          onSave={(values, step) => void commit(edit, values, step)}
                          onCancel={leave}
                        />
                      ),
                    }
                  : null
              }
            />
          );
        })}
        {hasMore && !rows.moreFailed && <WaitingRows from={virtualizer.getTotalSize()} height={rowHeight} label={display.t('common:state.loading')} />}
      </div>
      {rows.moreFailed && (
        <div className={classes.more} role="alert">
          {display.t('records:list.more_failed')}
          <Button size="compact-sm" variant="default" onClick={rows.retry}>
            {display.t('common:action.try_again')}
          </Button>
        </div>
      )}
    </div>
  );
}

function WaitingRows({ from, height, label }: { from: number; height: number; label: string }) {
  return (
    <div>
      <VisuallyHidden>{label}</VisuallyHidden>
      {Array.from({ length: WAITING }, (_, index) => (
        <div key={index} className={classes.waiting} style={{ top: from + index * height }} aria-hidden>
          <Skeleton h={10} w={160} />
          <Skeleton h={10} w={120} />
          <Skeleton h={10} w={180} />
        </div>
      ))}
    </div>
  );
}

/** Handlers that stay the same object, so that rows are not drawn again for a new closure. */
function useStableHandlers(handlers: RowHandlers): RowHandlers {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  return useMemo(
    () => ({
      hrefOf: (id) => latest.current.hrefOf(id),
      open: (index) => latest.current.open(index),
      activate: (row, column) => latest.current.activate(row, column),
      edit: (row, column) => latest.current.edit(row, column),
      select: (index, range) => latest.current.select(index, range),
    }),
    [],
  );
}

/** Scroll sideways so that the active cell is not behind the sticky column or beyond the edge. */
function revealColumn(scroller: HTMLElement | null, gridId: string, { column }: GridPosition): void {
  const cell = document.getElementById(cellId(gridId, -1, column));
  const first = document.getElementById(cellId(gridId, -1, 0));
  if (!scroller || !cell || !first || column === 0) return;
  const seen = scroller.getBoundingClientRect();
  const at = cell.getBoundingClientRect();
  const edge = first.getBoundingClientRect().right;
  if (at.left < edge) scroller.scrollLeft -= edge - at.left;
  else if (at.right > seen.right) scroller.scrollLeft += Math.min(at.right - seen.right, at.left - edge);
}
