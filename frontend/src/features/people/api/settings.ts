import { queryOptions } from '@tanstack/react-query';
import { bodyWithTag } from '@/api/client';
import type { WorkspacePatch, WorkspaceSettings } from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';

export interface Versioned {
  data: WorkspaceSettings;
  etag: string | null;
}

export function settingsQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('settings'),
    queryFn: ({ signal }): Promise<Versioned> => bodyWithTag(workspace.api.GET('/api/v1/workspace', { signal })),
    staleTime: 0,
  });
}

export function changeSettings(workspace: Workspace, change: WorkspacePatch, etag: string | null): Promise<Versioned> {
  const header = { 'If-Match': etag ?? '' };
  return bodyWithTag(workspace.api.PATCH('/api/v1/workspace', { params: { header }, body: change }));
}
