import { useState } from 'react';
import { Checkbox, Group, NumberInput, Progress, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { AssignmentLoad } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toastError } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { loadsQuery, useChangeLoad } from './api';
import classes from './assignment.module.css';

/** What each member can take, and has. */
export function Loads() {
  const t = useText('assignment');
  const { data, error, refetch } = useQuery(loadsQuery(useWorkspace()));
  return (
    <section>
      <Title order={2} size="h5" mt="xl">
        {t('assignment:loads.title')}
      </Title>
      <Text size="sm" c="dimmed">
        {t('assignment:loads.lead')}
      </Text>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RowsSkeleton rows={3} />}
      <ul className={classes.list} aria-label={t('assignment:loads.title')}>
        {data?.map((load) => (
          <Load key={load.id} load={load} />
        ))}
      </ul>
    </section>
  );
}

function Load({ load }: { load: AssignmentLoad }) {
  const t = useText('assignment');
  const [typed, setTyped] = useState<number | string>(load.capacity ?? '');
  const change = useChangeLoad();
  const send = (sent: { capacity?: number | null; paused?: boolean }): void =>
    change.mutate({ id: load.id, ...sent }, { onError: (error) => toastError(errorMessage(t, error)) });
  const keep = (): void => {
    const capacity = typed === '' ? null : Number(typed);
    if (capacity !== load.capacity) send({ capacity });
  };
  const share = load.limit === null ? 0 : load.limit === 0 ? 100 : Math.min(100, (100 * load.open) / load.limit);
  return (
    <li className={classes.row}>
      <div className={classes.who}>
        <Text>{load.name}</Text>
        <Text size="sm" c="dimmed">
          {load.limit === null
            ? t('assignment:loads.open', { count: load.open })
            : t('assignment:loads.of', { open: load.open, limit: load.limit })}
          {!load.may && ` · ${t('assignment:loads.may_not')}`}
        </Text>
        {load.limit !== null && (
          <Progress
            value={share}
            size={4}
            mt={4}
            color={share >= 100 ? 'red' : undefined}
            aria-label={t('assignment:loads.of', { open: load.open, limit: load.limit })}
          />
        )}
      </div>
      <Group gap="md" wrap="nowrap" align="center">
        <NumberInput
          aria-label={t('assignment:loads.capacity_of', { name: load.name })}
          placeholder={load.limit === null ? t('assignment:policy.no_bound') : String(load.limit)}
          w={130}
          min={0}
          max={100_000}
          allowDecimal={false}
          value={typed}
          onChange={setTyped}
          onBlur={keep}
          onKeyDown={(event) => event.key === 'Enter' && keep()}
        />
        <Checkbox
          label={t('assignment:loads.away')}
          aria-label={t('assignment:loads.away_of', { name: load.name })}
          checked={load.paused}
          onChange={(event) => send({ paused: event.currentTarget.checked })}
        />
      </Group>
    </li>
  );
}
