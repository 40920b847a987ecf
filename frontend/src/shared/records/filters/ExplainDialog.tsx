import { Alert, Modal, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FieldsSkeleton } from '@/shared/ui/Skeletons';
import { useWorkspace } from '@/shared/workspace/workspace';
import { recordsApi } from '../data/api';
import type { Filter } from '../model/filters';
import type { RecordData } from '../model/record';
import type { Display } from '../values/display';
import { Told } from './Told';

interface Props {
  display: Display;
  record: RecordData;
  filter: Filter;
  /** What the conditions decide; without it, whether the record is in the list. */
  about?: { title: string; holds: string; holdsNot: string };
  onClose: () => void;
}

/** Why a record is, or is no longer, in the list: every condition with what the record has there. */
export function ExplainDialog({ display, record, filter, about, onClose }: Props) {
  const { t, object } = display;
  const name = record.display_name;
  const words = about ?? {
    title: t('records:explain.title'),
    holds: t('records:explain.in', { name }),
    holdsNot: t('records:explain.out', { name }),
  };
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery({
    queryKey: workspace.key(object.plural, 'explain', record.id, record.version, filter),
    queryFn: ({ signal }) => recordsApi(workspace, object).explain(record.id, filter, signal),
    retry: false,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <FieldsSkeleton />}
      {data && (
        <Stack gap="sm">
          <Alert color={data.holds ? 'green' : 'yellow'} variant="light">
            {data.holds ? words.holds : words.holdsNot}
          </Alert>
          <Told display={display} node={filter} told={data} />
        </Stack>
      )}
    </Modal>
  );
}
