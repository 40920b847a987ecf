import { ActionIcon, Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconSettings } from '@tabler/icons-react';
import type { Icon } from '@tabler/icons-react';
import { EntryLink } from './EntryLink';
import type { Entries } from './entries';
import classes from './SideNav.module.css';

interface Props {
  entries: Entries;
  collapsed: boolean;
  onToggle: () => void;
}

/** The left navigation: objects on top, settings at the bottom. Hidden on the phone. */
export function SideNav({ entries, collapsed, onToggle }: Props) {
  const { t, nav } = entries;
  const toggleLabel = collapsed ? t('common:shell.expand_nav') : t('common:shell.collapse_nav');
  const item = (to: string, label: string, ItemIcon: Icon) => (
    <Tooltip key={to} label={label} position="right" disabled={!collapsed}>
      <span>
        <EntryLink entry={{ to }} className={classes.item}>
          <ItemIcon size={18} stroke={1.5} aria-hidden />
          <span className={classes.label}>{label}</span>
        </EntryLink>
      </span>
    </Tooltip>
  );
  return (
    <nav className={classes.nav} aria-label={t('common:shell.navigation')} data-collapsed={collapsed || undefined}>
      <div className={classes.group}>{nav.map(({ to, label, icon }) => item(to, label(t), icon))}</div>
      <div className={classes.group}>
        {item('/w/$slug/settings', t('common:settings.title'), IconSettings)}
        <Tooltip label={toggleLabel} position="right">
          <ActionIcon variant="subtle" color="gray" className={classes.toggle} onClick={onToggle} aria-label={toggleLabel}>
            {collapsed ? <IconLayoutSidebarLeftExpand size={18} stroke={1.5} /> : <IconLayoutSidebarLeftCollapse size={18} stroke={1.5} />}
          </ActionIcon>
        </Tooltip>
      </div>
    </nav>
  );
}
