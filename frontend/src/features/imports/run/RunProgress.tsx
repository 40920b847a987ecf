import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import type { Import } from '@/api/types';
import { useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { useImportStep } from '../api/useImport';
import { Counts } from './Counts';

/** An import at work: how far, how fast, how much longer; it goes on without anybody watching. */
export function RunProgress({ run }: { run: Import }) {
  const t = useText('imports');
  const format = useFormat();
  const step = useImportStep(run.id);
  const { bytes_done, bytes_total, rows, rows_per_second, seconds_left } = run.progress;
  const share = bytes_total > 0 ? Math.min(1, bytes_done / bytes_total) : 0;
  const undoing = run.state === 'undoing';
  const title = undoing
    ? t('imports:run.undoing')
    : run.state === 'cancelling'
      ? t('imports:run.cancelling')
      : run.state === 'queued'
        ? t('imports:run.queued')
        : run.dry_run
          ? t('imports:run.checking')
          : t('imports:run.running');
  return (
    <Stack gap="md" maw={640}>
      <div>
        <Group justify="space-between" mb={6} gap="xs">
          <Text fw={500} role="status">
            {title}
          </Text>
          {!undoing && <Text c="dimmed">{format.percent(share)}</Text>}
        </Group>
        <Progress.Root size="lg">
          <Progress.Section
            value={undoing || run.state === 'queued' ? 100 : share * 100}
            animated={undoing || run.state === 'queued'}
            striped={undoing || run.state === 'queued'}
            aria-label={title}
          />
        </Progress.Root>
        {!undoing && (
          <Group gap="lg" mt={8}>
            <Text size="sm" c="dimmed">
              {t('imports:run.rows', { count: rows, shown: format.number(rows) })}
            </Text>
            {rows_per_second !== null && (
              <Text size="sm" c="dimmed">
                {t('imports:run.rate', { rate: format.number(Math.round(rows_per_second)) })}
              </Text>
            )}
            {seconds_left !== null && (
              <Text size="sm" c="dimmed">
                {t('imports:run.left', { time: format.duration(Math.max(1, seconds_left)) })}
              </Text>
            )}
          </Group>
        )}
      </div>
      {!undoing && <Counts run={run} />}
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {t('imports:run.may_leave')}
        </Text>
        {(run.state === 'queued' || run.state === 'running') && (
          <Button variant="default" size="compact-md" loading={step.isPending} onClick={() => step.mutate('cancel')}>
            {t('imports:run.cancel')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
