import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Erasure } from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';

const LOOK_MS = 1000;

/** What a worker is at. */
export function isAtWork({ state }: Pick<Erasure, 'state'>): boolean {
  return state === 'looking' || state === 'queued';
}

export function erasureQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: workspace.key('erasures', id),
    queryFn: ({ signal }) => body(workspace.api.GET('/api/v1/erasures/{id}', { params: { path: { id } }, signal })),
    refetchInterval: ({ state }) => (state.data && isAtWork(state.data) ? LOOK_MS : false),
    staleTime: 0,
  });
}

export function erasuresQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('erasures'),
    queryFn: ({ signal }) => body(workspace.api.GET('/api/v1/erasures', { signal })),
    refetchInterval: ({ state }) => (state.data?.data.some((one) => one.state === 'queued') ? LOOK_MS : false),
    staleTime: 0,
  });
}

/** Look for whoever has an address or a number. */
export function useLook(workspace: Workspace) {
  return useMutation({
    mutationFn: (subject: { email: string } | { phone: string }) =>
      body(workspace.api.POST('/api/v1/erasures', { body: subject })),
  });
}

export interface Choice {
  mode: 'whole' | 'anonymous';
  records: { type: Erasure['records'][number]['type']; id: string }[];
  by_name: boolean;
  typed: string;
}

export function useConfirm(workspace: Workspace, id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (choice: Choice) =>
      body(
        workspace.api.POST('/api/v1/erasures/{id}/confirm', {
          params: { path: { id } },
          body: { ...choice, records: choice.records as { type: 'lead'; id: string }[] },
        }),
      ),
    onSuccess: (erasure) => {
      client.setQueryData(erasureQuery(workspace, id).queryKey, erasure);
      // what it was called is no longer to be seen anywhere
      void client.invalidateQueries({ queryKey: workspace.key() });
    },
  });
}

export function useForget(workspace: Workspace) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => body(workspace.api.DELETE('/api/v1/erasures/{id}', { params: { path: { id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: workspace.key('erasures') }),
  });
}

/** Keep what is held as a file. It is asked for as any other thing, since it needs a recent proof of who one is. */
export function useDownload(workspace: Workspace) {
  return useMutation({
    mutationFn: async (id: string) => {
      const held = await body(
        workspace.api.GET('/api/v1/erasures/{id}/download', { params: { path: { id } }, parseAs: 'blob' }),
      );
      const address = URL.createObjectURL(held);
      const link = Object.assign(document.createElement('a'), { href: address, download: `person-${id.slice(-6)}.json` });
      link.click();
      URL.revokeObjectURL(address);
    },
  });
}
