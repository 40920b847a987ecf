import { Button, Select, Text, TextInput } from '@mantine/core';
import { IconDownload, IconHistory } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { AuditEvent } from '@/api/types';
import { RelativeTime, useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Screen } from '@/shared/ui/Screen';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { useMembers, useObjects, useWorkspace } from '@/shared/workspace/workspace';
import { auditQuery, downloadHref, KINDS, type AuditFilter } from '../filter';
import { facts, sentence } from '../words';
import classes from './AuditPage.module.css';

const route = getRouteApi('/w/$slug/settings/audit');

/** What was done to the workspace and its people, and who signed in. */
export function AuditPage() {
  const t = useText('audit');
  const workspace = useWorkspace();
  const filter = route.useSearch();
  return (
    <Screen
      title={t('audit:title')}
      actions={
        <Button
          component="a"
          href={downloadHref(workspace, filter)}
          download
          variant="default"
          leftSection={<IconDownload size={16} />}
        >
          {t('audit:download')}
        </Button>
      }
    >
      <Filters filter={filter} />
      <Events filter={filter} />
    </Screen>
  );
}

function Filters({ filter }: { filter: AuditFilter }) {
  const t = useText('audit');
  const navigate = useNavigate();
  const { slug } = useWorkspace();
  const people = useMembers().map(({ id, name }) => ({ value: id, label: name }));
  const kinds = KINDS.map((kind) => ({ value: kind, label: t(`audit:kind.${kind}`) }));
  const set = (change: AuditFilter): void =>
    void navigate({ to: '/w/$slug/settings/audit', params: { slug }, search: { ...filter, ...change }, replace: true });
  return (
    <div className={classes.filters}>
      <Select
        label={t('audit:person')}
        placeholder={t('audit:everybody')}
        data={people}
        value={filter.person ?? null}
        onChange={(person) => set({ person: person ?? undefined })}
        searchable
        clearable
      />
      <Select
        label={t('audit:what')}
        placeholder={t('audit:everything')}
        data={kinds}
        value={filter.kind ?? null}
        onChange={(kind) => set({ kind: kind ?? undefined })}
        clearable
      />
      <TextInput
        type="date"
        label={t('audit:from')}
        value={filter.from ?? ''}
        onChange={(event) => set({ from: event.currentTarget.value || undefined })}
      />
      <TextInput
        type="date"
        label={t('audit:to')}
        value={filter.to ?? ''}
        onChange={(event) => set({ to: event.currentTarget.value || undefined })}
      />
    </div>
  );
}

function Events({ filter }: { filter: AuditFilter }) {
  const t = useText('audit');
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    auditQuery(useWorkspace(), filter),
  );
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton />;
  const events = data.pages.flatMap((page) => page.data);
  if (events.length === 0) return <EmptyState icon={IconHistory} title={t('audit:none')} text={t('audit:none_text')} />;
  return (
    <>
      <ul className={classes.list} aria-label={t('audit:title')}>
        {events.map((event) => (
          <Row key={event.id} event={event} />
        ))}
      </ul>
      {hasNextPage && (
        <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('audit:more')}
        </Button>
      )}
    </>
  );
}

function Row({ event }: { event: AuditEvent }) {
  const t = useText('audit', 'rights', 'records', 'leads');
  const known = { members: useMembers(), objects: useObjects(), format: useFormat() };
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <Text>{sentence(t, event, known.objects)}</Text>
        <Text c="dimmed" size="xs">
          {facts(t, event, known).join(' · ')}
        </Text>
      </div>
      <Text c="dimmed" size="xs" component="div">
        <RelativeTime instant={event.at} />
      </Text>
    </li>
  );
}
