import { Anchor, Progress, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { HandOver } from '@/api/types';
import { RelativeTime } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { useMembers, useWorkspace } from '@/shared/workspace/workspace';
import { handOversQuery, movedHref } from '../api/queries';
import classes from './Rows.module.css';

/** What was handed over, by whom it was owned, and the list of what moved. */
export function HandOvers() {
  const t = useText('people');
  const { data = [] } = useQuery(handOversQuery(useWorkspace()));
  if (data.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5">
        {t('people:handed.title')}
      </Title>
      <ul className={classes.list} aria-label={t('people:handed.title')}>
        {data.map((one) => (
          <Row key={one.id} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Row({ one }: { one: HandOver }) {
  const t = useText('people');
  const workspace = useWorkspace();
  const members = useMembers();
  const nameOf = (id: string): string =>
    id === 'nobody' ? t('people:handed.nobody') : (members.find((member) => member.id === id)?.name ?? '');
  const given = one.views.filter(({ to_id }) => to_id !== null);
  const ended = one.views.filter(({ to_id }) => to_id === null);
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <Text>
          {one.state === 'queued'
            ? t('people:handed.running', { name: nameOf(one.from_id), moved: one.moved, total: one.total })
            : t(`people:handed.${one.state === 'done' ? 'done' : 'failed'}`, {
                name: nameOf(one.from_id),
                count: one.moved,
              })}
        </Text>
        <Text c="dimmed" size="xs" component="div">
          {Object.entries(one.given).map(([id, count]) => (
            <span key={id}>{t('people:handed.got', { name: nameOf(id), count })} · </span>
          ))}
          {given.length > 0 && <span>{t('people:handed.views', { count: given.length })} · </span>}
          {ended.length > 0 && <span>{t('people:handed.views_ended', { count: ended.length })} · </span>}
          <RelativeTime instant={one.created_at} />
        </Text>
        {one.state === 'queued' && (
          <Progress
            mt={6}
            size="sm"
            value={one.total === 0 ? 100 : (100 * one.moved) / one.total}
            aria-label={t('people:handed.title')}
          />
        )}
      </div>
      {one.moved + one.views.length > 0 && (
        <Anchor href={movedHref(workspace, one.id)} download size="sm">
          {t('people:handed.list')}
        </Anchor>
      )}
    </li>
  );
}
