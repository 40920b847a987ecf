import { useEffect, useMemo, useRef, useState } from 'react';
import {
  columnResizingFeature,
  columnSizingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type ColumnSizingState,
} from '@tanstack/react-table';
import type { Field, FieldKind, ObjectType } from '@/api/types';
import { MAX_WIDTH, MIN_WIDTH, type Column } from '../model/columns';
import { fieldOf } from '../model/record';

const features = tableFeatures({ columnSizingFeature, columnResizingFeature });
/** The table describes columns only. Rows go from the pages of the list straight to the screen: 20,000 cost nothing. */
const NO_ROWS: object[] = [];

const WIDTHS: Partial<Record<FieldKind, number>> = {
  email_list: 220,
  phone_list: 150,
  choice: 130,
  date: 120,
  instant: 130,
  money: 130,
  integer: 100,
  tags: 190,
  member: 160,
  country: 140,
  long_text: 260,
  external_ids: 200,
};
const TITLE_WIDTH = 240;
const WIDE_CHOICE = 180;

export interface ColumnView {
  field: Field;
  /** CSS variable that holds the width. */
  width: string;
  /** Numbers stand on the right. */
  right: boolean;
  /** For the handle at the edge of its header. */
  resize: (event: unknown) => void;
  isResizing: boolean;
}

export interface ColumnTable {
  views: ColumnView[];
  /** CSS variables with the present widths, for the style of the grid. */
  widths: Record<string, string>;
  widthOf: (name: string) => number;
}

function defaultWidth(field: Field, index: number): number {
  if (field.kind === 'choice' && field.extensible) return WIDE_CHOICE;
  return index === 0 ? TITLE_WIDTH : (WIDTHS[field.kind] ?? 180);
}

/** Columns with their widths; `onWidths` is told the final ones when a drag ends. */
export function useColumnTable(object: ObjectType, columns: Column[], onWidths: (columns: Column[]) => void): ColumnTable {
  const given = useMemo<ColumnSizingState>(
    () => Object.fromEntries(columns.flatMap(({ name, width }) => (width === undefined ? [] : [[name, width]]))),
    [columns],
  );
  const [dragged, setDragged] = useState<ColumnSizingState | null>(null);
  const defs = useMemo<ColumnDef<typeof features, object>[]>(
    () =>
      columns.flatMap(({ name }, index) => {
        const field = fieldOf(object, name);
        return field
          ? [{ id: name, accessorFn: () => null, size: defaultWidth(field, index), minSize: MIN_WIDTH, maxSize: MAX_WIDTH }]
          : [];
      }),
    [columns, object],
  );
  const table = useTable({
    features,
    columns: defs,
    data: NO_ROWS,
    columnResizeMode: 'onChange',
    state: { columnSizing: dragged ?? given },
    onColumnSizingChange: (update) => setDragged((now) => (typeof update === 'function' ? update(now ?? given) : update)),
  });
  const resizing = table.state.columnResizing.isResizingColumn;
  const wasResizing = useRef<string | false>(false);
  useEffect(() => {
    const ended = wasResizing.current !== false && resizing === false;
    wasResizing.current = resizing;
    if (!ended || !dragged) return;
    onWidths(columns.map((column) => ({ ...column, ...sized(dragged[column.name]) })));
    setDragged(null);
  }, [resizing, dragged, columns, onWidths]);

  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  const sizes = new Map(headers.map((header) => [header.column.id, header.getSize()]));
  const views = headers.flatMap((header): ColumnView[] => {
    const field = fieldOf(object, header.column.id);
    if (!field) return [];
    return [
      {
        field,
        width: `var(--w-${field.name})`,
        right: field.kind === 'money' || field.kind === 'integer',
        resize: header.getResizeHandler(),
        isResizing: resizing === field.name,
      },
    ];
  });
  const widths = Object.fromEntries([...sizes].map(([name, size]) => [`--w-${name}`, `${size}px`]));
  return { views, widths, widthOf: (name) => sizes.get(name) ?? MIN_WIDTH };
}

function sized(width: number | undefined): { width?: number } {
  return width === undefined ? {} : { width };
}
