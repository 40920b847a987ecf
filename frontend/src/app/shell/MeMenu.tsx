import { ActionIcon, Avatar, Menu, Text, useComputedColorScheme } from '@mantine/core';
import { IconKeyboard, IconLogout, IconMoon, IconSun, IconUserCog } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { initials } from '@/shared/format/initials';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { useProfileChange, useUser } from '@/shared/session/session';
import { useSignOut } from '@/shared/session/useSignOut';
import { toastError } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import classes from './MeMenu.module.css';

/** The person: profile, appearance, keys, sign-out. */
export function MeMenu({ openKeys }: { openKeys: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const { slug } = useWorkspace();
  const user = useUser();
  const change = useProfileChange();
  const signOut = useSignOut();
  const dark = useComputedColorScheme('light') === 'dark';
  const report = (error: unknown): void => toastError(errorMessage(t, error));
  return (
    <Menu width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" radius="xl" size={36} aria-label={t('common:me.menu', { name: user.name })}>
          <Avatar size={28} radius="xl" color="accent" aria-hidden>
            <span className={classes.initials} data-initials={initials(user.name)} />
          </Avatar>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text fw={500} c="var(--mantine-color-text)" truncate>
            {user.name}
          </Text>
          <Text size="xs" truncate>
            {user.email}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUserCog size={16} stroke={1.5} />}
          onClick={() => void navigate({ to: '/w/$slug/settings/profile', params: { slug } })}
        >
          {t('common:me.profile')}
        </Menu.Item>
        <Menu.Item
          leftSection={dark ? <IconSun size={16} stroke={1.5} /> : <IconMoon size={16} stroke={1.5} />}
          onClick={() => change.mutate({ theme: dark ? 'light' : 'dark' }, { onError: report })}
        >
          {dark ? t('common:me.light') : t('common:me.dark')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.5} />} onClick={openKeys} visibleFrom="sm">
          {t('common:keys.title')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} stroke={1.5} />}
          onClick={() => signOut.mutate(undefined, { onError: report })}
        >
          {t('common:me.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
