import type { KeyboardEvent } from 'react';

export interface GridPosition {
  /** Index of the record; -1 is the header. */
  row: number;
  column: number;
}

interface Options {
  position: GridPosition;
  rows: number;
  columns: number;
  /** Rows that fit on a screen, for Page Up and Page Down. */
  pageRows: number;
  move: (to: GridPosition) => void;
  open: (row: number) => void;
  edit: (at: GridPosition) => void;
  select: (row: number, range: boolean) => void;
  selectAll: () => void;
  sort: (column: number) => void;
  /** Shift the column of the header by one place. */
  shift: (column: number, by: -1 | 1) => void;
  widen: (column: number, by: number) => void;
  /** Esc: let go of the selection. True if there was one. */
  release: () => boolean;
}

const HEADER = -1;
const WIDEN_BY = 16;

function steps(pageRows: number): Partial<Record<string, [rows: number, columns: number]>> {
  return {
    ArrowDown: [1, 0],
    ArrowUp: [-1, 0],
    j: [1, 0],
    k: [-1, 0],
    ArrowRight: [0, 1],
    ArrowLeft: [0, -1],
    PageDown: [pageRows, 0],
    PageUp: [-pageRows, 0],
    Home: [0, -Infinity],
    End: [0, Infinity],
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

/** The keys of the grid, as one listener on the element that has the focus. */
export function gridKeys(options: Options): (event: KeyboardEvent) => void {
  const { position, rows, columns } = options;
  const { row, column } = position;

  const inHeader = (event: KeyboardEvent): boolean => {
    const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (event.altKey && by !== 0) {
      if (event.shiftKey) options.widen(column, by * WIDEN_BY);
      else options.shift(column, by);
      return true;
    }
    if (event.key !== 'Enter' && event.key !== ' ') return false;
    options.sort(column);
    return true;
  };
  const inRow = (event: KeyboardEvent): boolean => {
    if (event.key === 'Enter' && column === 0) options.open(row);
    else if (event.key === 'Enter' || event.key === 'F2') options.edit(position);
    else if (event.key === ' ' || event.key.toLowerCase() === 'x') options.select(row, event.shiftKey);
    else return false;
    return true;
  };
  const travel = (event: KeyboardEvent): boolean => {
    const step = steps(options.pageRows)[event.key];
    if (!step || event.altKey) return false;
    const toEnd = (event.ctrlKey || event.metaKey) && (event.key === 'Home' || event.key === 'End');
    const down = toEnd ? (event.key === 'End' ? Infinity : -Infinity) : step[0];
    const isLetter = event.key === 'j' || event.key === 'k';
    const least = isLetter || toEnd ? 0 : HEADER;
    const next = { row: clamp(row + down, least, rows - 1), column: clamp(column + step[1], 0, columns - 1) };
    if (event.shiftKey && row >= 0 && next.row !== row) options.select(next.row, true);
    options.move(next);
    return true;
  };
  return (event) => {
    if (event.defaultPrevented || rows === 0) return;
    if (event.key === 'Escape') {
      if (options.release()) event.preventDefault();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') {
      options.selectAll();
      event.preventDefault();
      return;
    }
    if (!event.altKey && (event.ctrlKey || event.metaKey) && event.key !== 'Home' && event.key !== 'End') return;
    const done = row === HEADER ? inHeader(event) || travel(event) : inRow(event) || travel(event);
    if (done) event.preventDefault();
  };
}
