import { useEffect, useState } from 'react';
import { useQueryClient, type InfiniteData } from '@tanstack/react-query';
import type { HistoryEvent, HistoryPage, ObjectType } from '@/api/types';
import { useWorkspace } from '@/shared/workspace/workspace';
import { recordsApi } from '../data/api';
import { historyQuery } from '../data/queries';

export interface Since {
  /** When one last looked, before now. */
  at: string;
  /** The newest event that is not new: the divider comes before it. */
  eventId: string;
}

/**
 * Up to where the person had looked when they opened this record, which stays while it is open; null when nothing that
 * others did has come since. What is shown now is noted as seen.
 */
export function useSince(object: ObjectType, id: string, pages: HistoryPage[] | undefined): Since | null {
  const workspace = useWorkspace();
  const client = useQueryClient();
  const first = pages?.[0];
  const [before, setBefore] = useState<Since | null>();
  if (before === undefined && first)
    setBefore(first.last_seen ? { at: first.last_seen.at, eventId: first.last_seen.event_id } : null);
  const newest = first?.data[0]?.id;
  const known = first?.last_seen?.event_id;
  useEffect(() => {
    if (newest === undefined || newest === known) return;
    const seen = { event_id: newest, at: new Date().toISOString() };
    recordsApi(workspace, object)
      .seen(id, newest)
      .then(() => {
        client.setQueryData<InfiniteData<HistoryPage, string | undefined>>(
          historyQuery(workspace, object, id).queryKey,
          (data) => data && { ...data, pages: data.pages.map((page) => ({ ...page, last_seen: seen })) },
        );
        return client.invalidateQueries({ queryKey: workspace.key('notifications', 'unread') });
      })
      .catch(() => undefined); // It is noted the next time.
  }, [client, workspace, object, id, newest, known]);
  return before ?? null;
}

/** Whether the divider comes before the event at `index`: it was seen, and something of others above it was not. */
export function isDividedAt(events: HistoryEvent[], index: number, since: Since | null, me: string): boolean {
  if (since?.eventId !== events[index]?.id) return false;
  return events.slice(0, index).some(({ actor }) => actor.id !== me);
}
