import { Button, Progress, Stack, Text } from '@mantine/core';
import { IconDownload, IconPackageExport } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { WorkspaceExport } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { RelativeTime, useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toastError } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { downloadHref, exportsQuery, isAtWork, useAskForExport } from '../api/queries';
import classes from './Rows.module.css';

/** Ask for everything in one file, follow it, download it. */
export function Exports() {
  const t = useText('data');
  const workspace = useWorkspace();
  const query = useQuery(exportsQuery(workspace));
  const ask = useAskForExport(workspace);
  if (query.isPending) return <RowsSkeleton rows={1} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const atWork = query.data.find(isAtWork);
  return (
    <>
      {atWork ? (
        <AtWork one={atWork} />
      ) : (
        <Button
          variant="default"
          leftSection={<IconPackageExport size={16} stroke={1.5} />}
          loading={ask.isPending}
          onClick={() => ask.mutate(undefined, { onError: (error) => toastError(errorMessage(t, error)) })}
        >
          {t('data:export.ask')}
        </Button>
      )}
      <ul className={classes.list}>
        {query.data
          .filter((one) => !isAtWork(one))
          .map((one) => (
            <li key={one.id} className={classes.row}>
              <Ended one={one} />
            </li>
          ))}
      </ul>
    </>
  );
}

function AtWork({ one }: { one: WorkspaceExport }) {
  const t = useText('data');
  const format = useFormat();
  const share = one.total ? Math.min(1, one.done / one.total) : null;
  return (
    <Stack gap={6} maw={480}>
      <Text role="status">
        {one.total === null
          ? t('data:export.queued')
          : t('data:export.running', { done: format.number(one.done), total: format.number(one.total) })}
      </Text>
      <Progress
        value={share === null ? 100 : share * 100}
        animated={share === null}
        striped={share === null}
        aria-label={t('data:export.title')}
      />
      <Text size="sm" c="dimmed">
        {t('data:export.leave')}
      </Text>
    </Stack>
  );
}

function Ended({ one }: { one: WorkspaceExport }) {
  const t = useText('data');
  const format = useFormat();
  const workspace = useWorkspace();
  const facts =
    one.state === 'failed'
      ? t('data:export.failed')
      : one.state === 'expired'
        ? t('data:export.expired')
        : t('data:export.facts', {
            size: format.bytes(one.size ?? 0),
            rows: format.number(one.rows ?? 0),
            files: format.number(one.files ?? 0),
          });
  return (
    <>
      <div className={classes.main}>
        <RelativeTime instant={one.created_at} />
        <Text size="sm" c="dimmed" className={classes.facts}>
          {facts}
          {one.state === 'done' && one.expires_at && (
            <> · {t('data:export.until', { date: format.dateTime(one.expires_at) })}</>
          )}
        </Text>
      </div>
      {one.state === 'done' && (
        <Button
          component="a"
          href={downloadHref(workspace, one.id)}
          download
          size="compact-md"
          leftSection={<IconDownload size={16} stroke={1.5} />}
        >
          {t('data:export.download')}
        </Button>
      )}
    </>
  );
}
