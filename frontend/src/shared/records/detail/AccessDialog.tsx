import { useState } from 'react';
import { Group, Modal, Select, Stack, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ObjectType, RecordAccess } from '@/api/types';
import { body } from '@/api/client';
import { textOr, useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FieldsSkeleton } from '@/shared/ui/Skeletons';
import { roleLabel } from '@/shared/workspace/roles';
import { useMe, useMembers, useWorkspace } from '@/shared/workspace/workspace';
import { fieldLabel } from '../model/labels';
import './rightsNamespace';

interface Props {
  object: ObjectType;
  id: string;
  onClose: () => void;
}

/** What a member may do to a record and the rule that decides it; about others only for who manages members. */
export function AccessDialog({ object, id, onClose }: Props) {
  const t = useText('rights', 'records');
  const me = useMe();
  const members = useMembers();
  const workspace = useWorkspace();
  const [member, setMember] = useState(me.member.id);
  const path = `/api/v1/${object.plural}/{id}/access` as '/api/v1/leads/{id}/access';
  const { data, error, refetch } = useQuery({
    queryKey: workspace.key(object.plural, 'access', id, member),
    queryFn: ({ signal }) => body(workspace.api.GET(path, { params: { path: { id }, query: { member } }, signal })),
    retry: false,
    staleTime: 0,
  });
  return (
    <Modal opened onClose={onClose} title={t('rights:access.title')}>
      <Stack gap="sm">
        {me.powers.includes('members') && (
          <Select
            label={t('rights:access.member')}
            data={members.map((each) => ({ value: each.id, label: each.name }))}
            value={member}
            searchable
            allowDeselect={false}
            onChange={(chosen) => chosen && setMember(chosen)}
          />
        )}
        {error && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!data && !error && <FieldsSkeleton />}
        {data && <Told object={object} told={data} />}
      </Stack>
    </Modal>
  );
}

function Told({ object, told }: { object: ObjectType; told: RecordAccess }) {
  const t = useText('rights', 'records');
  const words = {
    name: told.member.name,
    owner: told.owner?.name ?? '–',
    owner_team: told.owner_team?.name ?? '–',
    team: told.member_team?.name ?? '–',
  };
  const isSameTeam = told.owner_team?.id === told.member_team?.id;
  const role = roleLabel(t, told.role.key, told.role.label);
  const labels = (names: string[]): string =>
    object.fields
      .filter((field) => names.includes(field.name))
      .map((field) => fieldLabel(t, field))
      .join(', ');
  return (
    <>
      <Text size="sm" c="dimmed">
        {t('rights:access.role', { role })}
      </Text>
      {told.actions.map(({ action, allowed, rule }) => (
        <Group key={action} gap={8} wrap="nowrap" align="start">
          {allowed ? (
            <IconCheck size={18} style={{ flex: 'none' }} color="var(--mantine-color-green-6)" role="img" aria-label={t('rights:access.may')} />
          ) : (
            <IconX size={18} style={{ flex: 'none' }} color="var(--mantine-color-red-6)" role="img" aria-label={t('rights:access.may_not')} />
          )}
          <div>
            <Text size="sm" fw={600}>
              {textOr(t, `rights:action.${action}`, action)}
            </Text>
            <Text size="sm" c="dimmed">
              {textOr(t, `rights:access.rule.${isSameTeam && rule === 'team_of_owner' ? 'same_team' : rule}`, rule, words)}
            </Text>
          </div>
        </Group>
      ))}
      {told.hidden.length > 0 && <Text size="sm">{t('rights:access.hidden', { fields: labels(told.hidden) })}</Text>}
      {told.read_only.length > 0 && <Text size="sm">{t('rights:access.read_only', { fields: labels(told.read_only) })}</Text>}
    </>
  );
}
