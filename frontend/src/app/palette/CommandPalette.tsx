import { useEffect, useState } from 'react';
import { Text } from '@mantine/core';
import { Spotlight, spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { IconSearch, IconUser } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { errorMessage } from '@/shared/forms/problems';
import { useWorkspace } from '@/shared/workspace/workspace';
import { matching, useCommands, type CommandOptions } from './useCommands';
import { useLeadSearch } from './useLeadSearch';
import classes from './CommandPalette.module.css';

interface Props extends CommandOptions {
  opened: boolean;
  onClose: () => void;
}

/** Ctrl/Cmd-K: go to any page, record or workspace, or do something, by typing. */
export default function CommandPalette({ opened, onClose, ...options }: Props) {
  const { t } = options.entries;
  const [query, setQuery] = useState('');
  const navigate = useNavigate();
  const { slug } = useWorkspace();
  const groups = matching(useCommands(options), query);
  const { leads, searching, error } = useLeadSearch(query);
  useEffect(() => {
    if (opened) spotlight.open();
  }, [opened]);
  const nothing = groups.length === 0 && leads.length === 0;
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
        {leads.length > 0 && (
          <Spotlight.ActionsGroup label={t('common:palette.leads')}>
            {leads.map((lead) => (
              <Spotlight.Action
                key={lead.id}
                onClick={() => void navigate({ to: '/w/$slug/leads/$leadId', params: { slug, leadId: lead.id } })}
              >
                <IconUser size={18} stroke={1.5} className={classes.icon} aria-hidden />
                <span className={classes.lead}>
                  <span className={classes.name}>{lead.display_name}</span>
                  <Text span c="dimmed" className={classes.note}>
                    {lead.company !== lead.display_name ? lead.company : lead.emails[0]}
                  </Text>
                </span>
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
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
        {error !== null && query !== '' && <Spotlight.Empty>{errorMessage(t, error)}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
