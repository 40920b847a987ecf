import { Anchor, Button, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { Batch } from '@/api/types';
import { RelativeTime, useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { batchQuery, isAtWork, leftQuery } from '@/shared/records/bulk/data';
import { LeftList } from '@/shared/records/bulk/LeftList';
import { useBulk } from '@/shared/records/bulk/useBulk';
import { batchNote, batchText } from '@/shared/records/bulk/words';
import { fieldLabel } from '@/shared/records/model/labels';
import { fieldOf } from '@/shared/records/model/record';
import { useDisplay } from '@/shared/records/values/display';
import { FieldValue } from '@/shared/records/values/FieldValue';
import { isEmpty } from '@/shared/records/model/values';
import { ErrorState } from '@/shared/ui/ErrorState';
import { TextLink } from '@/shared/ui/LinkButton';
import { PageHeader } from '@/shared/ui/PageHeader';
import { PageSkeleton } from '@/shared/ui/Skeletons';
import { useObject, useWorkspace } from '@/shared/workspace/workspace';
import classes from './changes.module.css';

const route = getRouteApi('/w/$slug/changes/$batchId');

/** One act on many records: how far it is or what came of it, what it left alone, and the way back. */
export function ChangePage() {
  const t = useText('bulk', 'records');
  const format = useFormat();
  const workspace = useWorkspace();
  const { batchId } = route.useParams();
  const query = useQuery(batchQuery(workspace, batchId));
  const batch = query.data;
  if (query.isPending) return <PageSkeleton />;
  if (!batch) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      <PageHeader title={batchText(t, format, batch, isAtWork(batch))} note={<RelativeTime instant={batch.created_at} />} />
      <Stack className={classes.body} gap="lg" maw={760}>
        <TextLink size="sm" to="/w/$slug/changes" params={{ slug: workspace.slug }}>
          {t('bulk:back')}
        </TextLink>
        <Body batch={batch} />
      </Stack>
    </>
  );
}

function Body({ batch }: { batch: Batch }) {
  const t = useText('bulk', 'records');
  const format = useFormat();
  const workspace = useWorkspace();
  const object = useObject(batch.object);
  const display = useDisplay(object);
  const bulk = useBulk();
  const isWorking = isAtWork(batch);
  const left = useQuery({ ...leftQuery(workspace, batch.id), enabled: !isWorking && batch.counts.left > 0 });
  const note = batchNote(t, format, batch);
  const { done, total } = batch.progress;
  return (
    <>
      {isWorking && (
        <Progress value={total > 0 ? (done / total) * 100 : 100} animated={total === 0} aria-label={t(`bulk:state.${batch.state}`)} />
      )}
      {note && <Text size="sm">{note}</Text>}
      <Changes batch={batch} />
      {batch.undoes_id !== null && (
        <Anchor href={`/w/${workspace.slug}/changes/${batch.undoes_id}`} size="sm">
          {t('bulk:undoes')}
        </Anchor>
      )}
      {batch.undone_by_id !== null && (
        <Anchor href={`/w/${workspace.slug}/changes/${batch.undone_by_id}`} size="sm">
          {t('bulk:see_undo')}
        </Anchor>
      )}
      {!isWorking && batch.undone_by_id === null && batch.counts.changed > 0 && (
        <Group>
          <Button variant="default" onClick={() => void bulk.undo(batch.id)}>
            {batch.kind === 'undo' ? t('bulk:redo') : t('records:action.undo')}
          </Button>
        </Group>
      )}
      {left.data && left.data.length > 0 && (
        <div>
          <Title order={2} size="h5" mb={6}>
            {t('bulk:left_alone')}
          </Title>
          <LeftList display={display} left={left.data} hrefOf={(id) => `/w/${workspace.slug}/${object.plural}/${id}`} />
        </div>
      )}
    </>
  );
}

/** What the job wrote, field by field. */
function Changes({ batch }: { batch: Batch }) {
  const t = useText('bulk', 'records');
  const object = useObject(batch.object);
  const display = useDisplay(object);
  const parts = (['set', 'add', 'remove'] as const).flatMap((mode) =>
    Object.entries(batch[mode]).flatMap(([name, value]) => {
      const field = fieldOf(object, name);
      return field ? [{ mode: mode === 'set' && isEmpty(value) ? ('empty' as const) : mode, field, value }] : [];
    }),
  );
  if (parts.length === 0) return null;
  return (
    <Stack gap={6}>
      {parts.map(({ mode, field, value }) => (
        <Group key={`${mode}-${field.name}`} gap="xs">
          <Text size="sm" fw={500}>
            {fieldLabel(t, field)}
          </Text>
          <Text size="sm" c="dimmed">
            {t(`bulk:mode.${mode}`)}
          </Text>
          <FieldValue display={display} field={field} value={value} />
        </Group>
      ))}
    </Stack>
  );
}
