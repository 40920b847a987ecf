import { useState } from 'react';
import { Button, Group, Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Backup } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { RelativeTime, useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toastError } from '@/shared/ui/toast';
import { useMe, useWorkspace } from '@/shared/workspace/workspace';
import { backupsQuery, useAskForBackup } from '../api/queries';
import { RestoreDialog } from './RestoreDialog';
import classes from './Rows.module.css';

/** When the workspace was backed up, how much that was, and that it can be restored. */
export function Backups() {
  const t = useText('data');
  const format = useFormat();
  const workspace = useWorkspace();
  const query = useQuery(backupsQuery(workspace));
  const ask = useAskForBackup(workspace);
  const isOwner = useMe().member.role === 'owner';
  const [restoring, setRestoring] = useState<Backup | null>(null);
  if (query.isPending) return <RowsSkeleton rows={2} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { data, running, nightly, keep } = query.data;
  return (
    <>
      <Group gap="sm">
        <Button
          variant="default"
          loading={ask.isPending || running}
          onClick={() => ask.mutate(undefined, { onError: (error) => toastError(errorMessage(t, error)) })}
        >
          {t('data:backup.ask')}
        </Button>
        {nightly && (
          <Text size="sm" c="dimmed">
            {t('data:backup.nightly', { count: keep })}
          </Text>
        )}
      </Group>
      {data.length === 0 && (
        <Text mt="sm" c="dimmed">
          {t('data:backup.none')}
        </Text>
      )}
      <ul className={classes.list}>
        {data.map((one) => (
          <li key={one.id} className={classes.row}>
            <div className={classes.main}>
              <RelativeTime instant={one.taken_at} />
              <Text span c="dimmed">
                {' · '}
                {one.reason === 'nightly'
                  ? t('data:backup.reason.nightly')
                  : one.reason === 'asked'
                    ? t('data:backup.reason.asked')
                    : t('data:backup.reason.before_restore')}
              </Text>
              <Text size="sm" c="dimmed" className={classes.facts}>
                {t('data:export.facts', {
                  size: format.bytes(one.size),
                  rows: format.number(one.rows),
                  files: format.number(one.files),
                })}
              </Text>
            </div>
            {one.verified_at && (
              <Group gap="xs">
                <Text size="sm" c="dimmed" component="div">
                  <Group gap={4} wrap="nowrap">
                    <IconCircleCheck size={16} stroke={1.5} color="var(--mantine-color-green-6)" aria-hidden />
                    {t('data:backup.verified')}
                  </Group>
                </Text>
                {isOwner && (
                  <Button variant="subtle" size="compact-md" onClick={() => setRestoring(one)}>
                    {t('data:restore.open')}
                  </Button>
                )}
              </Group>
            )}
          </li>
        ))}
      </ul>
      {restoring && <RestoreDialog backup={restoring} onClose={() => setRestoring(null)} />}
    </>
  );
}
