import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { QueryObserver, type QueryClient } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Batch } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import type { Formatter } from '@/shared/format/format';
import type { Translate } from '@/shared/i18n/resources';
import { toastError } from '@/shared/ui/toast';
import type { Workspace } from '@/shared/workspace/workspace';
import { batchQuery, isAtWork } from './data';
import { batchNote, batchText } from './words';

export interface Follower {
  client: QueryClient;
  workspace: Workspace;
  t: Translate;
  format: Formatter;
  /** Go to a page of the application. */
  go: (to: string) => void;
}

const followed = new Set<string>();
const STAYS_MS = 12_000;

/** Ask for a job to be undone, and follow the undoing. */
export async function undoBatch(by: Follower, id: string): Promise<void> {
  try {
    follow(by, await body(by.workspace.api.POST('/api/v1/batches/{id}/undo', { params: { path: { id } } })));
  } catch (error) {
    toastError(errorMessage(by.t, error));
  }
}

async function cancelBatch(by: Follower, id: string): Promise<void> {
  try {
    await body(by.workspace.api.POST('/api/v1/batches/{id}/cancel', { params: { path: { id } } }));
  } catch (error) {
    toastError(errorMessage(by.t, error));
  }
}

/** Show how far a job is wherever the person works meanwhile, and at its end what came of it, with the way back. */
export function follow(by: Follower, batch: Batch): void {
  const { client, workspace, t } = by;
  client.setQueryData(batchQuery(workspace, batch.id).queryKey, batch);
  if (followed.has(batch.id)) return;
  followed.add(batch.id);
  const shared = { id: `batch-${batch.id}`, withCloseButton: true, closeButtonProps: { 'aria-label': t('common:action.close') } };
  notifications.show({ ...shared, autoClose: false, message: <Working by={by} batch={batch} /> });
  const observer = new QueryObserver(client, batchQuery(workspace, batch.id));
  const stop = observer.subscribe(({ data, error }) => {
    if (data && isAtWork(data)) notifications.update({ ...shared, autoClose: false, message: <Working by={by} batch={data} /> });
    else if (data ?? error) {
      stop();
      followed.delete(batch.id);
      if (data) {
        refresh(by);
        const color = data.state === 'failed' ? { color: 'red' } : {};
        notifications.update({ ...shared, ...color, autoClose: STAYS_MS, message: <Ended by={by} batch={data} /> });
      } else notifications.hide(shared.id);
    }
  });
}

/** Anything on screen may have changed: lists, open records, counts, the job itself. */
function refresh({ client, workspace }: Follower): void {
  void client.invalidateQueries({ queryKey: workspace.key() });
}

function Working({ by, batch }: { by: Follower; batch: Batch }) {
  const { t, format } = by;
  const { done, total, seconds_left } = batch.progress;
  const title = batch.state === 'cancelling' ? t('bulk:cancelling') : batchText(t, format, batch, true);
  const waits = batch.state === 'queued' || total === 0;
  return (
    <Stack gap={6} role="status">
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm">{title}</Text>
        {batch.state !== 'cancelling' && (
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => void cancelBatch(by, batch.id)}>
            {t('common:action.cancel')}
          </Button>
        )}
      </Group>
      <Progress value={waits ? 100 : (done / total) * 100} animated={waits} striped={waits} size="sm" aria-label={title} />
      {seconds_left !== null && seconds_left > 2 && (
        <Text size="xs" c="dimmed">
          {t('bulk:time_left', { time: format.duration(Math.round(seconds_left)) })}
        </Text>
      )}
    </Stack>
  );
}

function Ended({ by, batch }: { by: Follower; batch: Batch }) {
  const { t, format, workspace, go } = by;
  const note = batchNote(t, format, batch);
  const id = `batch-${batch.id}`;
  return (
    <Stack gap={4} role={batch.state === 'failed' ? 'alert' : 'status'}>
      <Text size="sm">{batchText(t, format, batch, false)}</Text>
      {note && (
        <Text size="sm" c="dimmed">
          {note}
        </Text>
      )}
      <Group gap="xs">
        {batch.counts.changed > 0 && (
          <Button
            size="compact-sm"
            variant="light"
            onClick={() => {
              notifications.hide(id);
              void undoBatch(by, batch.id);
            }}
          >
            {t('records:action.undo')}
          </Button>
        )}
        {(note !== null || batch.kind === 'undo') && (
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            onClick={() => {
              notifications.hide(id);
              go(`/w/${workspace.slug}/changes/${batch.id}`);
            }}
          >
            {t('bulk:details')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
