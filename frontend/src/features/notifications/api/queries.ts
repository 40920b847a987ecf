import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
} from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Notification, NotificationChoices, Page, Unread } from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';

const LOOK_MS = 60_000;

type Counted = Unread & { tag: string | null };

/** How many are unread. Asked every minute and when the window comes back; an unchanged answer is not sent again. */
export function unreadQuery(client: QueryClient, workspace: Workspace) {
  const queryKey = workspace.key('notifications', 'unread');
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }): Promise<Counted> => {
      const known = client.getQueryData<Counted>(queryKey);
      const headers = known?.tag ? { 'If-None-Match': known.tag } : {};
      const answer = await workspace.api.GET('/api/v1/notifications/unread', { signal, headers });
      if (known && answer.response.status === 304) return known;
      return { ...(await body(Promise.resolve(answer))), tag: answer.response.headers.get('ETag') };
    },
    staleTime: 5_000,
    refetchInterval: LOOK_MS,
  });
}

type Pages = InfiniteData<Page<Notification>>;

export function listQuery(workspace: Workspace, { unread }: { unread: boolean }) {
  return infiniteQueryOptions({
    queryKey: workspace.key('notifications', 'list', unread),
    queryFn: ({ pageParam, signal }): Promise<Page<Notification>> =>
      body(
        workspace.api.GET('/api/v1/notifications', {
          params: { query: { ...(unread ? { unread: 1 } : {}), ...(pageParam === undefined ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    staleTime: 0,
  });
}

export type Mark = { ids: string[] } | { until: string };

/** Marks as read, at once on the screen; what was shown comes back if the server refuses. */
export function useMarkRead(workspace: Workspace) {
  const client = useQueryClient();
  const lists = workspace.key('notifications', 'list');
  const marks = (mark: Mark, id: string) => ('until' in mark ? id <= mark.until : mark.ids.includes(id));
  return useMutation({
    mutationFn: (mark: Mark) => body(workspace.api.POST('/api/v1/notifications/read', { body: mark })),
    onMutate: (mark) => {
      const at = new Date().toISOString();
      client.setQueriesData<Pages>({ queryKey: lists }, (shown) =>
        shown && {
          ...shown,
          pages: shown.pages.map((page) => ({
            ...page,
            data: page.data.map((each) => (each.read_at === null && marks(mark, each.id) ? { ...each, read_at: at } : each)),
          })),
        },
      );
    },
    onSuccess: (unread) => client.setQueryData(unreadQuery(client, workspace).queryKey, { ...unread, tag: null }),
    onError: () => client.invalidateQueries({ queryKey: lists }),
  });
}

export function choicesQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('notifications', 'choices'),
    queryFn: ({ signal }) => body(workspace.api.GET('/api/v1/notifications/choices', { signal })),
  });
}

/** Stores a choice; the screen shows it at once. */
export function useChoose(workspace: Workspace) {
  const client = useQueryClient();
  const { queryKey } = choicesQuery(workspace);
  return useMutation({
    mutationFn: (choices: NotificationChoices) => body(workspace.api.PUT('/api/v1/notifications/choices', { body: choices })),
    onMutate: (choices) => client.setQueryData(queryKey, choices),
    onError: () => client.invalidateQueries({ queryKey }),
  });
}
