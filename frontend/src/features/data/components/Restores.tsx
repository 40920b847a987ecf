import { useEffect, useRef } from 'react';
import { Alert, Progress, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { toast } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { isAtWork, restoresQuery } from '../api/queries';

/** The restore that is under way, or what came of the newest; nothing when there was none. */
export function Restores() {
  const t = useText('data');
  const format = useFormat();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const newest = useQuery(restoresQuery(workspace)).data?.[0];
  const working = newest !== undefined && isAtWork(newest);
  const worked = useRef(false);
  useEffect(() => {
    if (worked.current && newest?.state === 'done') {
      toast(t('data:restore.toast'));
      void client.invalidateQueries({ queryKey: workspace.key() });
    }
    worked.current = working;
  }, [client, newest?.state, t, working, workspace]);
  if (!newest) return null;
  if (working)
    return (
      <Stack gap={6} mb="md">
        <Text role="status">{t('data:restore.running')}</Text>
        <Progress value={100} animated striped aria-label={t('data:restore.bar')} />
      </Stack>
    );
  const when = format.dateTime(newest.finished_at ?? newest.created_at);
  return newest.state === 'failed' ? (
    <Alert color="red" variant="light" mb="md">
      {t('data:restore.failed', { when })}
    </Alert>
  ) : (
    <Text size="sm" c="dimmed" mb="md">
      {t('data:restore.done', { when })}
    </Text>
  );
}
