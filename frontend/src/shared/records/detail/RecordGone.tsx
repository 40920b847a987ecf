import { Button } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { errorMessage } from '@/shared/forms/problems';
import { EmptyState } from '@/shared/ui/EmptyState';
import { toastError } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { useQuery } from '@tanstack/react-query';
import { recordsApi } from '../data/api';
import { useRecords } from '../data/useRecords';
import type { Display } from '../values/display';

interface Props {
  display: Display;
  id: string;
  mayRestore: boolean;
}

/** Instead of a record that is not there: deleted (and then it can come back), or never known here. */
export function RecordGone({ display, id, mayRestore }: Props) {
  const { t, object } = display;
  const workspace = useWorkspace();
  const client = useQueryClient();
  const api = useRecords(object);
  const last = useQuery({
    queryKey: workspace.key(object.plural, 'last-event', id),
    queryFn: ({ signal }) => recordsApi(workspace, object).history(id, undefined, signal),
    retry: false,
  }).data?.data[0];
  const wasDeleted = last?.type.endsWith('.deleted') ?? false;
  const restore = async (): Promise<void> => {
    try {
      await api.restore(id);
      await client.invalidateQueries({ queryKey: workspace.key(object.plural, 'record', id) });
    } catch (error) {
      toastError(errorMessage(t, error));
    }
  };
  return (
    <EmptyState
      icon={IconTrash}
      title={wasDeleted ? t('records:gone.deleted_title') : t('records:gone.unknown_title')}
      text={
        wasDeleted && last
          ? t('records:gone.deleted_text', {
              who: last.actor.name ?? t('records:history.system'),
              when: display.format.relative(last.at),
            })
          : t('records:gone.unknown_text')
      }
    >
      {wasDeleted && mayRestore && (
        <Button variant="default" onClick={() => void restore()}>
          {t('records:gone.restore')}
        </Button>
      )}
    </EmptyState>
  );
}
