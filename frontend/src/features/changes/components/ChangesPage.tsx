import { Button, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Batch, Import } from '@/api/types';
import { RelativeTime, useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { batchesQuery, isAtWork } from '@/shared/records/bulk/data';
import { useBulk } from '@/shared/records/bulk/useBulk';
import { batchNote, batchText, countOf } from '@/shared/records/bulk/words';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { useMe, useMembers, useWorkspace } from '@/shared/workspace/workspace';
import { importedQuery, merged, type Change } from '../data';
import classes from './changes.module.css';

/** What was changed for many at once, the newest first, each with the way back. */
export function ChangesPage() {
  const t = useText('bulk', 'records');
  const workspace = useWorkspace();
  const mayImport = Object.values(useMe().rights).some((rights) => rights.includes('import'));
  const batches = useInfiniteQuery(batchesQuery(workspace));
  const imports = useInfiniteQuery({ ...importedQuery(workspace), enabled: mayImport });
  const isPending = batches.isPending || (mayImport && imports.isPending);
  const error = batches.error ?? imports.error;
  const changes = merged(
    batches.data?.pages.flatMap((page) => page.data) ?? [],
    batches.hasNextPage,
    imports.data?.pages.flatMap((page) => page.data) ?? [],
    imports.hasNextPage,
  );
  const more = (): void => {
    if (batches.hasNextPage) void batches.fetchNextPage();
    if (imports.hasNextPage) void imports.fetchNextPage();
  };
  return (
    <>
      <PageHeader title={t('bulk:title')} />
      {isPending && <RowsSkeleton rows={6} />}
      {!isPending && error && (
        <ErrorState error={error} onRetry={() => void Promise.all([batches.refetch(), mayImport ? imports.refetch() : null])} />
      )}
      {!isPending && !error && changes.length === 0 && (
        <EmptyState icon={IconHistory} title={t('bulk:empty_title')} text={t('bulk:empty_text')} />
      )}
      {!isPending && (
        <ul className={classes.list}>
          {changes.map((change) => (
            <ChangeRow key={'batch' in change ? change.batch.id : change.run.id} change={change} />
          ))}
        </ul>
      )}
      {(batches.hasNextPage || imports.hasNextPage) && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          mx="var(--page-gutter)"
          loading={batches.isFetchingNextPage || imports.isFetchingNextPage}
          onClick={more}
        >
          {t('bulk:more')}
        </Button>
      )}
    </>
  );
}

function ChangeRow({ change }: { change: Change }) {
  return <li className={classes.row}>{'batch' in change ? <BatchRow batch={change.batch} /> : <ImportRow run={change.run} />}</li>;
}

function BatchRow({ batch }: { batch: Batch }) {
  const t = useText('bulk', 'records');
  const format = useFormat();
  const { slug } = useWorkspace();
  const bulk = useBulk();
  const isWorking = isAtWork(batch);
  const note = batchNote(t, format, batch);
  const isUndone = batch.undone_by_id !== null;
  return (
    <>
      <Link className={classes.what} to="/w/$slug/changes/$batchId" params={{ slug, batchId: batch.id }}>
        {batchText(t, format, batch, isWorking)}
        {note && <span className={classes.note}>{note}</span>}
      </Link>
      <span className={classes.state}>{isUndone ? t('bulk:undone') : isWorking && t(`bulk:state.${batch.state}`)}</span>
      <Text component="span" size="sm" c="dimmed" className={classes.when}>
        <RelativeTime instant={batch.created_at} />
      </Text>
      <span className={classes.act}>
        {!isWorking && !isUndone && batch.counts.changed > 0 && (
          <Button variant="default" size="compact-sm" onClick={() => void bulk.undo(batch.id)}>
            {batch.kind === 'undo' ? t('bulk:redo') : t('records:action.undo')}
          </Button>
        )}
      </span>
    </>
  );
}

/** An import has a page of its own, with its undo. */
function ImportRow({ run }: { run: Import }) {
  const t = useText('bulk', 'records');
  const format = useFormat();
  const { slug } = useWorkspace();
  const members = useMembers();
  const { created, filled, updated } = run.counts;
  const who = members.find(({ id }) => id === run.created_by_id)?.name;
  return (
    <>
      <Link className={classes.what} to="/w/$slug/imports/$importId" params={{ slug, importId: run.id }}>
        {t('bulk:import', { file: run.filename })}
        <span className={classes.note}>{countOf(t, format, run.object, created + filled + updated)}</span>
      </Link>
      <span className={classes.state}>{run.state === 'undone' && t('bulk:undone')}</span>
      <Text component="span" size="sm" c="dimmed" className={classes.when}>
        {who && <>{who} · </>}
        <RelativeTime instant={run.created_at} />
      </Text>
      <span className={classes.act} />
    </>
  );
}
