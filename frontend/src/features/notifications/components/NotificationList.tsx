import { Fragment } from 'react';
import { Button } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Notification } from '@/api/types';
import { useFormat } from '@/shared/format/useFormat';
import type { Translate } from '@/shared/i18n/resources';
import { useText } from '@/shared/i18n/text';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { useWorkspace } from '@/shared/workspace/workspace';
import { listQuery, useMarkRead } from '../api/queries';
import { NotificationItem } from './NotificationItem';
import classes from './NotificationList.module.css';

interface Props {
  unread?: boolean;
  /** Called after one was opened. */
  onOpened?: () => void;
}

/** What one should hear of, by day, the newest first. */
export function NotificationList({ unread = false, onOpened }: Props) {
  const t = useText('notifications', 'records');
  const workspace = useWorkspace();
  const query = useInfiniteQuery(listQuery(workspace, { unread }));
  const mark = useMarkRead(workspace);
  const days = useDays(t, query.data?.pages.flatMap(({ data }) => data) ?? []);
  if (query.isPending) return <RowsSkeleton rows={4} />;
  if (query.isError && days.length === 0) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (days.length === 0)
    return (
      <EmptyState
        icon={IconBell}
        title={unread ? t('notifications:empty.all_read') : t('notifications:empty.title')}
        text={t('notifications:empty.text')}
      />
    );
  return (
    <>
      {days.map(({ label, items }) => (
        <Fragment key={label}>
          <h2 className={classes.day}>{label}</h2>
          <ul className={classes.list}>
            {items.map((each) => (
              <li key={each.id}>
                <NotificationItem
                  each={each}
                  onOpen={() => {
                    if (each.read_at === null) mark.mutate({ ids: [each.id] });
                    onOpened?.();
                  }}
                />
              </li>
            ))}
          </ul>
        </Fragment>
      ))}
      {query.hasNextPage && (
        <Button variant="subtle" color="gray" fullWidth loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('notifications:older')}
        </Button>
      )}
    </>
  );
}

function useDays(t: Translate, all: Notification[]): { label: string; items: Notification[] }[] {
  const format = useFormat();
  const now = new Date();
  const today = format.dayOf(now.toISOString());
  const yesterday = format.dayOf(new Date(now.getTime() - 24 * 3600_000).toISOString());
  const days = new Map<string, Notification[]>();
  for (const each of all) {
    const day = format.dayOf(each.created_at);
    days.set(day, [...(days.get(day) ?? []), each]);
  }
  const named = (day: string) =>
    day === today ? t('notifications:today') : day === yesterday ? t('notifications:yesterday') : format.date(day);
  return [...days].map(([day, items]) => ({ label: named(day), items }));
}
