import type { ObjectType } from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';
import type { ListState } from './queries';

/** Where a list is downloaded, as it stands; a plain link cannot send a header, so the workspace is in the query. */
export function exportHref(
  workspace: Pick<Workspace, 'id'>,
  object: Pick<ObjectType, 'plural'>,
  { q, filter, sort }: ListState,
  fields: string[],
): string {
  const query = new URLSearchParams({ workspace: workspace.id, format: 'csv', sort, fields: fields.join(',') });
  if (q) query.set('q', q);
  if (filter) query.set('filter', JSON.stringify(filter));
  return `/api/v1/${object.plural}/export?${query.toString()}`;
}
