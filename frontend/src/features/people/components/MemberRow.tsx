import { useState } from 'react';
import { ActionIcon, Badge, Menu, Select, Text } from '@mantine/core';
import { IconArrowsExchange, IconDots, IconUserCheck, IconUserOff } from '@tabler/icons-react';
import type { MemberDetails } from '@/api/types';
import { RelativeTime } from '@/shared/format/useFormat';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { MemberValue } from '@/shared/records/values/MemberValue';
import { toast, toastError } from '@/shared/ui/toast';
import { useMe, useWorkspace, useOwnRoles } from '@/shared/workspace/workspace';
import { usePeople } from '../api/queries';
import { roleName, roleOptions } from '../roles';
import { EndDialog } from './EndDialog';
import classes from './Rows.module.css';

/** One member: role, when they were last here, and what can be done. */
export function MemberRow({ member }: { member: MemberDetails }) {
  const t = useText('people');
  const own = useOwnRoles();
  const me = useMe();
  const { changeRole } = usePeople(useWorkspace());
  const isMe = member.id === me.member.id;
  const mayChange = member.active && (member.role !== 'owner' || me.member.role === 'owner');
  const give = (role: string | null): void => {
    if (role === null || role === member.role) return;
    changeRole.mutate(
      { id: member.id, role },
      {
        onSuccess: () => toast(t('people:role_changed', { name: member.name, role: roleName(t, role, own) })),
        onError: (error) => toastError(errorMessage(t, error)),
      },
    );
  };
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <MemberValue member={member} fallback="" />
        <Text c="dimmed" size="xs">
          {isMe ? t('people:you', { email: member.email }) : member.email}
        </Text>
      </div>
      <div className={classes.side}>
        <Text c="dimmed" size="xs" component="div" className={classes.seen}>
          {member.last_seen_at ? <RelativeTime instant={member.last_seen_at} /> : t('people:never_seen')}
        </Text>
        {member.active ? (
          <Select
            size="xs"
            w={140}
            aria-label={t('people:role_of', { name: member.name })}
            data={mayChange ? roleOptions(t, me.member.role, own) : [{ value: member.role, label: roleName(t, member.role, own) }]}
            value={member.role}
            disabled={!mayChange || changeRole.isPending}
            allowDeselect={false}
            onChange={give}
          />
        ) : (
          <Badge color="gray" variant="light" w={140}>
            {t('people:deactivated')}
          </Badge>
        )}
        {isMe || (member.active && !mayChange) ? <span className={classes.noMenu} /> : <MemberMenu member={member} />}
      </div>
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
