import type { ObjectType } from '@/api/types';
import { fieldOf, fieldsOf, titleField } from './record';

/** A column of the list: a field and, when the person has changed it, its width in pixels. */
export interface Column {
  name: string;
  width?: number;
}

export const MIN_WIDTH = 80;
export const MAX_WIDTH = 640;

/** `company:240,emails`: the form in which the address and the browser keep the columns. */
export function writeColumns(columns: Column[]): string {
  return columns.map(({ name, width }) => (width === undefined ? name : `${name}:${Math.round(width)}`)).join(',');
}

/** Read the written form; unknown fields, doubles and absurd widths are dropped, the title column always comes first. */
export function readColumns(written: string, object: ObjectType): Column[] {
  const title = titleField(object).name;
  const columns: Column[] = [];
  for (const part of written.split(',')) {
    const [name = '', size = ''] = part.split(':');
    if (!fieldOf(object, name) || columns.some((column) => column.name === name)) continue;
    const width = clampWidth(Number(size));
    columns.push(size === '' || Number.isNaN(width) ? { name } : { name, width });
  }
  const first = columns.find(({ name }) => name === title) ?? { name: title };
  return [first, ...columns.filter(({ name }) => name !== title)];
}

export function defaultColumns(object: ObjectType): Column[] {
  const title = titleField(object).name;
  const listed = fieldsOf(object).filter(({ name, list_default }) => list_default && name !== title);
  return [{ name: title }, ...listed.map(({ name }) => ({ name }))];
}

export function clampWidth(width: number): number {
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width));
}

/** Move the column at `from` to `to`; the first column stays where it is. */
export function moveColumn(columns: Column[], from: number, to: number): Column[] {
  const target = Math.min(columns.length - 1, Math.max(1, to));
  const moved = columns[from];
  if (!moved || from < 1 || from === target) return columns;
  const rest = columns.filter((_, index) => index !== from);
  return [...rest.slice(0, target), moved, ...rest.slice(target)];
}
