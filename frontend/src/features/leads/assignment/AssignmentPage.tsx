import { useState } from 'react';
import { Badge, Button, Group, Switch, Text } from '@mantine/core';
import { IconFlask, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { AssignmentRule } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { filterText } from '@/shared/records/filters/leafText';
import { partsOfFilter } from '@/shared/records/model/filters';
import { useDisplay, type Display } from '@/shared/records/values/display';
import { ErrorState } from '@/shared/ui/ErrorState';
import { OrderList } from '@/shared/ui/OrderList';
import { Screen } from '@/shared/ui/Screen';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toast, toastError } from '@/shared/ui/toast';
import { assignmentQuery } from '@/shared/workspace/assignment';
import { teamsQuery } from '@/shared/workspace/teams';
import { useObject, useWorkspace } from '@/shared/workspace/workspace';
import { useOrderRules, useRemoveRule, useSaveRule } from './api';
import { Loads } from './Loads';
import { PolicyForm } from './PolicyForm';
import { RuleDialog } from './RuleDialog';
import { TrialDialog } from './TrialDialog';
import './namespace';
import classes from '../qualification/settings.module.css';

/** Who gets leads that name no owner. */
export function AssignmentPage() {
  const t = useText('assignment', 'records');
  const { data, error, refetch } = useQuery(assignmentQuery(useWorkspace()));
  const display = useDisplay(useObject('lead'));
  return (
    <Screen title={t('assignment:title')}>
      <Text c="dimmed">{t('assignment:lead')}</Text>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RowsSkeleton rows={4} />}
      {data?.rules && (
        <>
          <Rules display={display} rules={data.rules} />
          <PolicyForm key={data.version} policy={data} />
          <Loads />
        </>
      )}
    </Screen>
  );
}

function Rules({ display, rules }: { display: Display; rules: AssignmentRule[] }) {
  const t = useText('assignment', 'records');
  const [editing, setEditing] = useState<AssignmentRule | 'new' | null>(null);
  const [trying, setTrying] = useState(false);
  const { data: teams = [] } = useQuery(teamsQuery(useWorkspace()));
  const order = useOrderRules();
  const save = useSaveRule();
  const remove = useRemoveRule();
  const failed = (error: Error): void => toastError(errorMessage(t, error));
  const toWhom = ({ kind, member_id, team_id }: AssignmentRule): string => {
    if (kind === 'sales') return t('assignment:to.sales');
    if (kind === 'team') return t('assignment:to.team', { name: teams.find(({ id }) => id === team_id)?.name ?? '?' });
    const member = member_id ? display.member(member_id) : undefined;
    return t(member?.active ? 'assignment:to.member' : 'assignment:to.former', { name: member?.name ?? '?' });
  };
  return (
    <section>
      {rules.length === 0 && (
        <Text mt="sm" c="dimmed">
          {t('assignment:none')}
        </Text>
      )}
      <OrderList
        items={rules}
        label={t('assignment:rules')}
        nameOf={({ name }) => name}
        onOrder={(ids) => order.mutate(ids, { onError: failed })}
      >
        {(rule) => (
          <div className={classes.row}>
            <div className={classes.words}>
              <Group gap={8}>
                <Text fw={600}>{rule.name}</Text>
                {!rule.active && (
                  <Badge variant="light" color="gray" tt="none">
                    {t('assignment:off')}
                  </Badge>
                )}
                <Text size="sm" c="dimmed">
                  {t('assignment:given_count', { count: rule.given })}
                </Text>
              </Group>
              <Text size="sm" c="dimmed">
                {rule.filter ? filterText(display, partsOfFilter(rule.filter)) : t('assignment:every')} → {toWhom(rule)}
              </Text>
            </div>
            <Group gap={4} wrap="nowrap">
              <Switch
                aria-label={t('assignment:active_of', { name: rule.name })}
                checked={rule.active}
                onChange={(event) =>
                  save.mutate({ rule, sent: { active: event.currentTarget.checked } }, { onError: failed })
                }
              />
              <Button
                variant="subtle"
                size="compact-md"
                aria-label={t('assignment:change_of', { name: rule.name })}
                onClick={() => setEditing(rule)}
              >
                {t('assignment:change')}
              </Button>
              <Button
                variant="subtle"
                color="red"
                size="compact-md"
                aria-label={t('assignment:remove_of', { name: rule.name })}
                onClick={() =>
                  remove.mutate(rule.id, { onSuccess: () => toast(t('assignment:removed', { name: rule.name })), onError: failed })
                }
              >
                {t('assignment:remove')}
              </Button>
            </Group>
          </div>
        )}
      </OrderList>
      <Group mt="sm" gap="xs">
        <Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setEditing('new')}>
          {t('assignment:add')}
        </Button>
        {rules.length > 0 && (
          <Button variant="subtle" leftSection={<IconFlask size={16} stroke={1.5} />} onClick={() => setTrying(true)}>
            {t('assignment:try')}
          </Button>
        )}
      </Group>
      {editing && (
        <RuleDialog
          key={editing === 'new' ? 'new' : editing.id}
          display={display}
          rule={editing === 'new' ? null : editing}
          teams={teams}
          onClose={() => setEditing(null)}
        />
      )}
      {trying && <TrialDialog display={display} rules={rules} onClose={() => setTrying(false)} />}
    </section>
  );
}
