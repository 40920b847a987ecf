import { Kbd, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Bell } from '@/features/notifications/components/Bell';
import { CreateButton } from './CreateButton';
import type { Entries } from './entries';
import { MeMenu } from './MeMenu';
import { modifierKey } from './platform';
import { WorkspaceSwitcher } from './WorkspaceSwitcher';
import classes from './TopBar.module.css';

interface Props {
  entries: Entries;
  openPalette: () => void;
  openKeys: () => void;
  openNewWorkspace: () => void;
}

/** Workspace, search, create, notifications, me. */
export function TopBar({ entries, openPalette, openKeys, openNewWorkspace }: Props) {
  const { t } = entries;
  return (
    <header className={classes.bar}>
      <WorkspaceSwitcher onCreate={openNewWorkspace} />
      <UnstyledButton className={classes.search} onClick={openPalette} aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={16} stroke={1.5} aria-hidden />
        <span className={classes.words}>{t('common:search.placeholder')}</span>
        <Kbd size="xs" aria-hidden>
          {modifierKey()} K
        </Kbd>
      </UnstyledButton>
      <div className={classes.end}>
        <CreateButton entries={entries} />
        <Bell />
        <MeMenu openKeys={openKeys} />
      </div>
    </header>
  );
}
