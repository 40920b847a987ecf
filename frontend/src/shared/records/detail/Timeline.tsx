import { Button, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { RelativeTime } from '@/shared/format/useFormat';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FieldsSkeleton } from '@/shared/ui/Skeletons';
import { useWorkspace } from '@/shared/workspace/workspace';
import { historyQuery } from '../data/queries';
import type { Display } from '../values/display';
import { CommentBox } from '../comments/CommentBox';
import { CommentItem } from '../comments/CommentItem';
import { useComments } from '../comments/useComments';
import { HistoryItem } from './HistoryItem';
import classes from './detail.module.css';

/** What was said about a record and what happened to it, the newest first: who, when, through which door, each field before and after. */
export function Timeline({ display, id }: { display: Display; id: string }) {
  const { t, object } = display;
  const workspace = useWorkspace();
  const query = useInfiniteQuery(historyQuery(workspace, object, id));
  const comments = useComments(object, id);
  const events = query.data?.pages.flatMap((page) => page.data) ?? [];
  return (
    <section className={classes.section}>
      <Title order={3} size="h5" className={classes.heading}>
        {t('records:history.title')}
      </Title>
      <CommentBox display={display} onSend={comments.say} />
      {query.isPending && <FieldsSkeleton fields={2} />}
      {query.isError && events.length === 0 && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      <ol className={classes.timeline}>
        {events.map((event) => (
          <li key={event.id} className={classes.event}>
            {event.comment ? (
              <CommentItem display={display} comment={event.comment} actions={comments} />
            ) : (
              <HistoryItem display={display} event={event} />
            )}
            <Text size="xs" c="dimmed" component="div">
              <RelativeTime instant={event.at} />
            </Text>
          </li>
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
