import { Fragment } from 'react';
import { Button, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { RelativeTime, useFormat } from '@/shared/format/useFormat';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FieldsSkeleton } from '@/shared/ui/Skeletons';
import { useMe, useWorkspace } from '@/shared/workspace/workspace';
import { historyQuery } from '../data/queries';
import type { Display } from '../values/display';
import { CommentBox } from '../comments/CommentBox';
import { CommentItem } from '../comments/CommentItem';
import { useComments } from '../comments/useComments';
import { Followers } from './Followers';
import { HistoryItem } from './HistoryItem';
import { isDividedAt, useSince } from './useSince';
import classes from './detail.module.css';

/** What was said about a record and what happened to it, the newest first: who, when, through which door, each field before and after. */
export function Timeline({ display, id }: { display: Display; id: string }) {
  const { t, object } = display;
  const workspace = useWorkspace();
  const query = useInfiniteQuery(historyQuery(workspace, object, id));
  const comments = useComments(object, id);
  const format = useFormat();
  const { member: me } = useMe();
  const events = query.data?.pages.flatMap((page) => page.data) ?? [];
  const since = useSince(object, id, query.data?.pages);
  return (
    <section className={classes.section}>
      <div className={classes.head}>
        <Title order={3} size="h5">
          {t('records:history.title')}
        </Title>
        <Followers display={display} id={id} />
      </div>
      <CommentBox display={display} onSend={comments.say} />
      {query.isPending && <FieldsSkeleton fields={2} />}
      {query.isError && events.length === 0 && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      <ol className={classes.timeline}>
        {events.map((event, index) => (
          <Fragment key={event.id}>
            {since && isDividedAt(events, index, since, me.id) && (
              <li className={classes.divider}>{t('records:history.since', { when: format.dateTime(since.at) })}</li>
            )}
            <li className={classes.event}>
              {event.comment ? (
                <CommentItem display={display} comment={event.comment} actions={comments} />
              ) : (
                <HistoryItem display={display} event={event} />
              )}
              <Text size="xs" c="dimmed" component="div">
                <RelativeTime instant={event.at} />
              </Text>
            </li>
          </Fragment>
        ))}
      </ol>
      {query.hasNextPage && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('records:history.more')}
        </Button>
      )}
    </section>
  );
}
