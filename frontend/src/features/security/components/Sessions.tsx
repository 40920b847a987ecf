import { Badge, Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { errorMessage } from '@/shared/forms/problems';
import { RelativeTime } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toast, toastError } from '@/shared/ui/toast';
import { endEverySession, endSession, sessionsQuery, type SignedInBrowser } from '../api/account';
import classes from './Sessions.module.css';

/** The browsers where the person is signed in; each can be signed out, or all of them. */
export function Sessions() {
  const t = useText('security');
  const queryClient = useQueryClient();
  const query = useQuery(sessionsQuery);
  const fail = (error: unknown): void => toastError(errorMessage(t, error));
  const one = useMutation({
    mutationFn: endSession,
    onSuccess: () => toast(t('security:sessions.ended')),
    onError: fail,
    onSettled: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
  const all = useMutation({
    mutationFn: endEverySession,
    onSuccess: () => window.location.assign('/sign-in'),
    onError: fail,
  });
  if (query.isPending) return <RowsSkeleton rows={2} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <ul className={classes.list}>
        {query.data.data.map((session) => (
          <li key={session.id} className={classes.row}>
            <Row session={session} />
            {!session.current && (
              <Button
                variant="default"
                size="xs"
                loading={one.isPending && one.variables === session.id}
                onClick={() => one.mutate(session.id)}
              >
                {t('security:sessions.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <Button variant="outline" color="red" loading={all.isPending} onClick={() => all.mutate()}>
        {t('security:sessions.end_all')}
      </Button>
    </>
  );
}

function Row({ session }: { session: SignedInBrowser }) {
  const t = useText('security');
  const browser = session.browser ?? t('security:sessions.unknown');
  return (
    <div className={classes.main}>
      <Group gap="xs">
        <Text span>
          {session.system ? t('security:sessions.on', { browser, system: session.system }) : browser}
        </Text>
        {session.current && (
          <Badge variant="light" size="sm">
            {t('security:sessions.current')}
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" component="div">
        {session.address} · <RelativeTime instant={session.seen_at} />
      </Text>
    </div>
  );
}
