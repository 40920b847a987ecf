import type { ReactNode } from 'react';
import { createElement, useMemo } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { IconBuildingStore, IconKeyboard, IconPlus, type Icon } from '@tabler/icons-react';
import type { FeatureEntry } from '@/shared/feature';
import { useSession } from '@/shared/session/session';
import { useWorkspace } from '@/shared/workspace/workspace';
import type { Entries } from '../shell/entries';
import { useOpenEntry } from '../shell/useOpenEntry';

export interface Command {
  id: string;
  label: string;
  icon: ReactNode;
  run: () => void;
}

export interface CommandGroup {
  label: string;
  commands: Command[];
}

export interface CommandOptions {
  entries: Entries;
  openKeys: () => void;
  openNewWorkspace: () => void;
}

function iconOf(entryIcon: Icon): ReactNode {
  return createElement(entryIcon, { size: 18, stroke: 1.5 });
}

/** Everything one can go to or do by name, apart from records. */
export function useCommands({ entries, openKeys, openNewWorkspace }: CommandOptions): CommandGroup[] {
  const openEntry = useOpenEntry();
  const navigate = useNavigate();
  const current = useWorkspace();
  const { workspaces } = useSession();
  return useMemo(() => {
    const { t } = entries;
    const own = (entry: FeatureEntry): Command => ({
      id: entry.id,
      label: entry.label(t),
      icon: iconOf(entry.icon),
      run: () => openEntry(entry),
    });
    const others = workspaces.filter(({ id }) => id !== current.id);
    return [
      { label: t('common:palette.go'), commands: [...entries.nav, ...entries.settings].map(own) },
      {
        label: t('common:palette.actions'),
        commands: [
          ...[...entries.create, ...entries.actions].map(own),
          { id: 'workspace', label: t('common:workspace.create'), icon: iconOf(IconPlus), run: openNewWorkspace },
          { id: 'keys', label: t('common:keys.title'), icon: iconOf(IconKeyboard), run: openKeys },
        ],
      },
      {
        label: t('common:palette.workspaces'),
        commands: others.map(({ id, slug, name }) => ({
          id,
          label: name,
          icon: iconOf(IconBuildingStore),
          run: () => void navigate({ to: '/w/$slug', params: { slug } }),
        })),
      },
    ];
  }, [entries, openEntry, navigate, current.id, workspaces, openKeys, openNewWorkspace]);
}

/** The commands whose name holds every word of the query. */
export function matching(groups: CommandGroup[], query: string): CommandGroup[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map(({ label, commands }) => ({
      label,
      commands: commands.filter((command) => words.every((word) => command.label.toLowerCase().includes(word))),
    }))
    .filter(({ commands }) => commands.length > 0);
}
