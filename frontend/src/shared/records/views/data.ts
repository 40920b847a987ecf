import { useMemo } from 'react';
import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { SavedView, SavedViewInput, SavedViewPatch } from '@/api/types';
import { useWorkspace, type Workspace } from '@/shared/workspace/workspace';

/** A person's own views of an object and those for everyone, in their order. */
export function viewsQuery(workspace: Workspace, object: string) {
  return queryOptions({
    queryKey: workspace.key('views', object),
    queryFn: async ({ signal }): Promise<SavedView[]> =>
      (await body(
        workspace.api.GET('/api/v1/views', { params: { query: { object: object as SavedView['object'] } }, signal }),
      )).data,
    staleTime: 60_000,
  });
}

export interface ViewActions {
  create: (input: SavedViewInput) => Promise<SavedView>;
  change: (view: SavedView, patch: SavedViewPatch) => Promise<SavedView>;
  remove: (view: SavedView) => Promise<void>;
}

/** What can be done to the views of an object; the tabs follow at once. */
export function useViewActions(object: string): ViewActions {
  const client = useQueryClient();
  const workspace = useWorkspace();
  return useMemo(() => {
    const { api } = workspace;
    const { queryKey } = viewsQuery(workspace, object);
    const at = ({ id, version }: SavedView) => ({ path: { id }, header: { 'If-Match': `"${version}"` } });
    const show = (change: (views: SavedView[]) => SavedView[]): void => {
      client.setQueryData(queryKey, (views) => views && change(views));
    };
    // A change may have moved the defaults of others.
    const settle = () => void client.invalidateQueries({ queryKey });
    return {
      create: async (input) => {
        const made = await body(api.POST('/api/v1/views', { body: input }));
        show((views) => [...views, made]);
        settle();
        return made;
      },
      change: async (view, patch) => {
        try {
          const changed = await body(api.PATCH('/api/v1/views/{id}', { params: at(view), body: patch }));
          show((views) => views.map((each) => (each.id === changed.id ? changed : each)));
          return changed;
        } finally {
          settle();
        }
      },
      remove: async (view) => {
        try {
          await body(api.DELETE('/api/v1/views/{id}', { params: at(view) }));
          show((views) => views.filter(({ id }) => id !== view.id));
        } finally {
          settle();
        }
      },
    };
  }, [client, workspace, object]);
}
