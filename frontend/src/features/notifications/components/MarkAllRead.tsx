import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { toastError } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { listQuery, unreadQuery, useMarkRead } from '../api/queries';

/** Marks as read everything up to the newest one on the screen, and not what has come meanwhile. */
export function MarkAllRead({ unread = false }: { unread?: boolean }) {
  const t = useText('notifications');
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { data: counted } = useQuery(unreadQuery(client, workspace));
  const { data: listed } = useInfiniteQuery(listQuery(workspace, { unread }));
  const mark = useMarkRead(workspace);
  const newest = listed?.pages[0]?.data[0]?.id;
  return (
    <Button
      variant="subtle"
      size="compact-sm"
      disabled={newest === undefined || (counted?.unread ?? 0) === 0}
      onClick={() => newest && mark.mutate({ until: newest }, { onError: (error) => toastError(errorMessage(t, error)) })}
    >
      {t('notifications:mark_all')}
    </Button>
  );
}
