import { Button, Text } from '@mantine/core';
import { IconFileImport, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Import } from '@/api/types';
import { RelativeTime, useFormat } from '@/shared/format/useFormat';
import { textOr, useText } from '@/shared/i18n/text';
import { EmptyState } from '@/shared/ui/EmptyState';
import { LinkButton } from '@/shared/ui/LinkButton';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { useMembers, useRight, useWorkspace } from '@/shared/workspace/workspace';
import { importsQuery, isWorking } from '../api/queries';
import classes from './ImportsPage.module.css';

/** All imports, the newest first, each with what became of it. */
export function ImportsPage() {
  const t = useText('imports');
  const workspace = useWorkspace();
  const mayImport = useRight('lead', 'import');
  const query = useInfiniteQuery(importsQuery(workspace));
  const runs = query.data?.pages.flatMap((page) => page.data) ?? [];
  const begin = mayImport && (
    <LinkButton
      to="/w/$slug/imports/new"
      params={{ slug: workspace.slug }}
      size="compact-md"
      leftSection={<IconPlus size={16} />}
    >
      {t('imports:list.new')}
    </LinkButton>
  );
  return (
    <>
      <PageHeader title={t('imports:nav.imports')}>{runs.length > 0 && begin}</PageHeader>
      {query.isPending && <RowsSkeleton rows={6} />}
      {query.isError && runs.length === 0 && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && runs.length === 0 && (
        <EmptyState icon={IconFileImport} title={t('imports:list.empty_title')} text={t('imports:list.empty_text')}>
          {begin}
        </EmptyState>
      )}
      <ul className={classes.list}>
        {runs.map((run) => (
          <li key={run.id}>
            <ImportRow run={run} slug={workspace.slug} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          mx="var(--page-gutter)"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('imports:list.more')}
        </Button>
      )}
    </>
  );
}

function ImportRow({ run, slug }: { run: Import; slug: string }) {
  const t = useText('imports');
  const format = useFormat();
  const members = useMembers();
  const { created, filled, updated, rejected } = run.counts;
  const state = run.dry_run && run.state === 'done' ? 'checked' : run.state;
  const who = members.find(({ id }) => id === run.created_by_id)?.name;
  const share = run.progress.bytes_total > 0 ? run.progress.bytes_done / run.progress.bytes_total : 0;
  const facts = [
    isWorking(run) && run.state !== 'undoing' ? format.percent(share) : null,
    !run.dry_run && created > 0 ? t('imports:list.created', { count: created, shown: format.number(created) }) : null,
    !run.dry_run && filled + updated > 0
      ? t('imports:list.changed', { count: filled + updated, shown: format.number(filled + updated) })
      : null,
    rejected > 0 ? t('imports:list.rejected', { count: rejected, shown: format.number(rejected) }) : null,
  ].filter((fact) => fact !== null);
  return (
    <Link className={classes.row} to="/w/$slug/imports/$importId" params={{ slug, importId: run.id }}>
      <span className={classes.file}>{run.filename}</span>
      <span className={classes.state} data-state={state}>
        {textOr(t, `imports:state.${state}`, state)}
      </span>
      <span className={classes.facts}>{facts.join(' · ')}</span>
      <Text component="span" size="sm" c="dimmed" className={classes.when}>
        {who && <>{who} · </>}
        <RelativeTime instant={run.created_at} />
      </Text>
    </Link>
  );
}
