import type { ObjectType } from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';
import type { ListState } from './queries';

export interface ExportChoice {
  format: 'csv' | 'xlsx';
  fields: string[];
  /** What the columns are called, one for each; the names of the API without. */
  headers: string[] | null;
}

/** Where a list is downloaded, as it stands; a plain link cannot send a header, so the workspace is in the query. */
export function exportHref(
  workspace: Pick<Workspace, 'id'>,
  object: Pick<ObjectType, 'plural'>,
  { q, filter, sort }: ListState,
  { format, fields, headers }: ExportChoice,
): string {
  const query = new URLSearchParams({ workspace: workspace.id, format, sort, fields: fields.join(',') });
  if (format === 'csv') query.set('mark', '1');
  for (const header of headers ?? []) query.append('header', header);
  if (q) query.set('q', q);
  if (filter) query.set('filter', JSON.stringify(filter));
  return `/api/v1/${object.plural}/export?${query.toString()}`;
}
