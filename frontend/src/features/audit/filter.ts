import { infiniteQueryOptions } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Workspace } from '@/shared/workspace/workspace';

export const KINDS = ['sign_ins', 'members', 'rights', 'data', 'workspace', 'leads'] as const;
export type Kind = (typeof KINDS)[number];

/** What the address of the page says; days are those of this browser. */
export interface AuditFilter {
  person?: string | undefined;
  kind?: Kind | undefined;
  from?: string | undefined;
  /** The last day that is shown. */
  to?: string | undefined;
}

function instant(day: string, plus = 0): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + plus).toISOString();
}

function parameters({ person, kind, from, to }: AuditFilter) {
  return {
    ...(person && { person }),
    ...(kind && { kind }),
    ...(from && { since: instant(from) }),
    ...(to && { until: instant(to, 1) }),
  };
}

export function auditQuery(workspace: Workspace, filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: workspace.key('audit', filter),
    queryFn: ({ pageParam, signal }) =>
      body(
        workspace.api.GET('/api/v1/audit', {
          params: { query: { ...parameters(filter), ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
}

/** Where the journal is downloaded; a plain link cannot send a header. */
export function downloadHref(workspace: Workspace, filter: AuditFilter): string {
  return `/api/v1/audit/download?${new URLSearchParams({ workspace: workspace.id, ...parameters(filter) }).toString()}`;
}
