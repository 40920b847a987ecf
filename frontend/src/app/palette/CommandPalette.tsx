import { useEffect, useState } from 'react';
import { Spotlight, spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { IconSearch } from '@tabler/icons-react';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import '@/shared/records/namespace';
import { Hits } from './Hits';
import { matching, useCommands, type CommandOptions } from './useCommands';
import { useSearch } from './useSearch';

interface Props extends CommandOptions {
  opened: boolean;
  onClose: () => void;
}

/** Ctrl/Cmd-K: go to any page, record or workspace, or do something, by typing. */
export default function CommandPalette({ opened, onClose, ...options }: Props) {
  const { t } = options.entries;
  useText('records'); // what the hits below name their fields with: waiting for it there would close the palette
  const [query, setQuery] = useState('');
  const groups = matching(useCommands(options), query);
  const { found, searching, error } = useSearch(query);
  const hits = found?.data.length ?? 0;
  useEffect(() => {
    if (opened) spotlight.open();
  }, [opened]);
  const nothing = groups.length === 0 && hits === 0 && error === null;
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={onClose}
      shortcut={null}
      scrollable
      maxHeight="min(420px, 70dvh)"
      returnFocus
      centered={false}
      yOffset="12dvh"
      transitionProps={{ duration: 0 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      attributes={{ content: { 'aria-label': t('common:palette.title') } }}
    >
      <Spotlight.Search
        placeholder={t('common:search.placeholder')}
        aria-label={t('common:search.placeholder')}
        leftSection={<IconSearch size={18} stroke={1.5} />}
      />
      <Spotlight.ActionsList>
        {hits > 0 && found && <Hits found={found} />}
        {groups.map(({ label, commands }) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {commands.map((command) => (
              <Spotlight.Action key={command.id} label={command.label} leftSection={command.icon} onClick={command.run} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {nothing && (
          <Spotlight.Empty>{searching ? t('common:state.loading') : t('common:palette.nothing', { query })}</Spotlight.Empty>
        )}
        {error !== null && <Spotlight.Empty>{errorMessage(t, error)}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
