import { useState } from 'react';
import { ActionIcon, Badge, Menu, Select, Text } from '@mantine/core';
import { IconArrowsExchange, IconDots, IconUserCheck, IconUserOff } from '@tabler/icons-react';
import type { MemberDetails } from '@/api/types';
import { useFormat } from '@/shared/format/useFormat';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { MemberValue } from '@/shared/records/values/MemberValue';
import { toast, toastError } from '@/shared/ui/toast';
import { roleName, rolesToGive, useRoles } from '@/shared/workspace/roles';
import { TeamSelect } from '@/shared/workspace/TeamSelect';
import { teamName, useTeams } from '@/shared/workspace/teams';
import { useMe, useWorkspace } from '@/shared/workspace/workspace';
import { usePeople } from '../api/queries';
import { EndDialog } from './EndDialog';
import classes from './Rows.module.css';

/** One member: team, role, when they were last here, and what can be done. */
export function MemberRow({ member }: { member: MemberDetails }) {
  const t = useText('people');
  const format = useFormat();
  const roles = useRoles();
  const teams = useTeams();
  const me = useMe();
  const { changeRole, changeTeam } = usePeople(useWorkspace());
  const isMe = member.id === me.member.id;
  const mayChange = roles.find(({ key }) => key === member.role)?.may_give ?? false;
  const give = (role: string | null): void => {
    if (role === null || role === member.role) return;
    changeRole.mutate(
      { id: member.id, role },
      {
        onSuccess: () => toast(t('people:role_changed', { name: member.name, role: roleName(t, role, roles) })),
        onError: (error) => toastError(errorMessage(t, error)),
      },
    );
  };
  const move = (team_id: string | null): void =>
    changeTeam.mutate(
      { id: member.id, team_id },
      {
        onSuccess: () => {
          const team = teamName(teams, team_id);
          toast(team ? t('people:team_changed', { name: member.name, team }) : t('people:team_left', { name: member.name }));
        },
        onError: (error) => toastError(errorMessage(t, error)),
      },
    );
  return (
    <li className={classes.member}>
      <div className={classes.main}>
        <MemberValue member={member} fallback="" />
        <Text c="dimmed" size="xs">
          {isMe ? t('people:you', { email: member.email }) : member.email}
        </Text>
        {member.active && member.two_factor === false && (
          <Badge color="orange" variant="light" size="sm">
            {t('people:without_two_factor')}
          </Badge>
        )}
      </div>
      <Text c="dimmed" size="xs" component="div" className={classes.seen}>
        {member.last_seen_at ? (
          <time dateTime={member.last_seen_at} title={format.dateTime(member.last_seen_at)}>
            {t('people:last_seen', { when: format.relative(member.last_seen_at) })}
          </time>
        ) : (
          t('people:never_seen')
        )}
      </Text>
      <div className={classes.choices}>
        {member.active && teams.length > 0 && (
          <TeamSelect
            size="xs"
            className={classes.choice}
            aria-label={t('people:team_of', { name: member.name })}
            placeholder={t('people:no_team')}
            teams={teams}
            value={member.team_id}
            disabled={!mayChange || changeTeam.isPending}
            clearable
            onChange={move}
          />
        )}
        {member.active ? (
          <Select
            size="xs"
            className={classes.choice}
            aria-label={t('people:role_of', { name: member.name })}
            data={mayChange ? rolesToGive(t, roles) : [{ value: member.role, label: roleName(t, member.role, roles) }]}
            value={member.role}
            disabled={!mayChange || changeRole.isPending}
            allowDeselect={false}
            onChange={give}
          />
        ) : (
          <Badge color="gray" variant="light">
            {t('people:deactivated')}
          </Badge>
        )}
      </div>
      <div className={classes.menu}>{!isMe && mayChange && <MemberMenu member={member} />}</div>
    </li>
  );
}

function MemberMenu({ member }: { member: MemberDetails }) {
  const t = useText('people');
  const { reactivate } = usePeople(useWorkspace());
  const [ending, setEnding] = useState(false);
  const bringBack = (): void =>
    reactivate.mutate(member.id, {
      onSuccess: () => toast(t('people:reactivated', { name: member.name })),
      onError: (error) => toastError(errorMessage(t, error)),
    });
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('people:menu', { name: member.name })}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {member.active ? (
            <Menu.Item leftSection={<IconUserOff size={16} />} onClick={() => setEnding(true)}>
              {t('people:end.open')}
            </Menu.Item>
          ) : (
            <>
              <Menu.Item leftSection={<IconUserCheck size={16} />} onClick={bringBack}>
                {t('people:reactivate')}
              </Menu.Item>
              <Menu.Item leftSection={<IconArrowsExchange size={16} />} onClick={() => setEnding(true)}>
                {t('people:end.hand_over')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <EndDialog opened={ending} onClose={() => setEnding(false)} member={member} />
    </>
  );
}
