import { Button, Menu } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { Entries } from './entries';
import { useOpenEntry } from './useOpenEntry';

/** What can be created; a single thing needs no menu. */
export function CreateButton({ entries }: { entries: Entries }) {
  const { t, create } = entries;
  const openEntry = useOpenEntry();
  const [first, ...others] = create;
  if (!first) return null;
  const icon = <IconPlus size={16} aria-hidden />;
  if (others.length === 0)
    return (
      <Button size="compact-md" visibleFrom="sm" leftSection={icon} onClick={() => openEntry(first)}>
        {first.label(t)}
      </Button>
    );
  return (
    <Menu>
      <Menu.Target>
        <Button size="compact-md" visibleFrom="sm" leftSection={icon}>
          {t('common:create.button')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {create.map((entry) => (
          <Menu.Item key={entry.id} leftSection={<entry.icon size={16} stroke={1.5} />} onClick={() => openEntry(entry)}>
            {entry.label(t)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
