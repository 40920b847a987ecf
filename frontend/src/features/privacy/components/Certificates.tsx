import { Text } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ErasureCertificate } from '@/api/types';
import { RelativeTime, useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { TextLink } from '@/shared/ui/LinkButton';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { useMembers, useWorkspace } from '@/shared/workspace/workspace';
import { erasuresQuery } from '../api/queries';
import { total } from '../words';
import classes from './privacy.module.css';

/** What was erased, with the proof that nothing was left; and what waits or has failed. */
export function Certificates() {
  const t = useText('privacy');
  const query = useQuery(erasuresQuery(useWorkspace()));
  if (query.isPending) return <RowsSkeleton rows={2} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const known = new Set(query.data.data.map(({ id }) => id));
  const failed = query.data.waiting.filter(({ id }) => !known.has(id));
  if (query.data.data.length + failed.length === 0) return <Text c="dimmed">{t('privacy:erased.none')}</Text>;
  return (
    <ul className={classes.list}>
      {failed.map(({ id, state }) => (
        <li key={id} className={classes.row}>
          <Open id={id} state={state} />
        </li>
      ))}
      {query.data.data.map((one) => (
        <li key={one.id} className={classes.row}>
          <Certificate one={one} />
        </li>
      ))}
    </ul>
  );
}

function Certificate({ one }: { one: ErasureCertificate }) {
  const t = useText('privacy');
  const format = useFormat();
  const members = useMembers();
  const who = members.find(({ id }) => id === one.asked_by_id)?.name ?? '–';
  if (one.state !== 'done') return <Open id={one.id} state={one.state} />;
  return (
    <div className={classes.main}>
      <Text span>{t(`privacy:erased.${one.mode}`, { count: one.records })}</Text>
      <Text span c="dimmed">
        {' · '}
        {who} · <RelativeTime instant={one.finished_at ?? one.asked_at} />
      </Text>
      <Text size="sm" c="dimmed" className={classes.proof} component="div">
        <IconCircleCheck size={16} stroke={1.5} color="var(--mantine-color-green-6)" aria-hidden />
        {t('privacy:erased.proof', {
          rows: format.number(total(one.counts)),
          tables: format.number(one.tables),
          files: format.number(one.files),
        })}
      </Text>
      {one.kept > 0 && (
        <Text size="sm" c="dimmed">
          {t('privacy:erased.kept', { count: one.kept })}
        </Text>
      )}
    </div>
  );
}

function Open({ id, state }: { id: string; state: ErasureCertificate['state'] }) {
  const t = useText('privacy');
  const { slug } = useWorkspace();
  return (
    <TextLink to="/w/$slug/settings/privacy/$erasureId" params={{ slug, erasureId: id }}>
      {state === 'failed' ? t('privacy:erased.failed') : t('privacy:erased.queued')}
    </TextLink>
  );
}
