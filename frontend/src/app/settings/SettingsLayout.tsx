import { Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { usePageTitle } from '@/shared/hooks/usePageTitle';
import { useText } from '@/shared/i18n/text';
import { PageHeader } from '@/shared/ui/PageHeader';
import { useWorkspace } from '@/shared/workspace/workspace';
import { EntryLink } from '../shell/EntryLink';
import { useEntries, type Entries } from '../shell/entries';
import classes from './SettingsLayout.module.css';

const SECTIONS = ['you', 'workspace', 'leads'] as const;
const ROOM_FOR_BOTH = '(min-width: 48em)';

/** The list of settings beside the chosen page; a phone shows one of the two. */
export function SettingsLayout() {
  const entries = useEntries();
  const { slug } = useWorkspace();
  const { t } = entries;
  const atList = useLocation({ select: ({ pathname }) => /\/settings\/?$/.test(pathname) });
  return (
    <div className={classes.layout} data-at-list={atList || undefined} key={slug}>
      <nav className={classes.list} aria-label={t('common:settings.title')}>
        {SECTIONS.map((section) => (
          <Section key={section} section={section} entries={entries} />
        ))}
      </nav>
      <div className={classes.page}>
        <EntryLink entry={{ to: '/w/$slug/settings' }} className={classes.back}>
          <IconChevronLeft size={18} stroke={1.5} aria-hidden />
          {t('common:settings.title')}
        </EntryLink>
        <Outlet />
      </div>
    </div>
  );
}

function Section({ section, entries }: { section: (typeof SECTIONS)[number]; entries: Entries }) {
  const { t } = entries;
  const own = entries.settings.filter((entry) => entry.section === section);
  if (own.length === 0) return null;
  return (
    <div className={classes.section}>
      <Text size="xs" c="dimmed" fw={500} className={classes.heading}>
        {t(`common:settings.${section}`)}
      </Text>
      {own.map((entry) => (
        <EntryLink key={entry.id} entry={entry} className={classes.item}>
          <entry.icon size={18} stroke={1.5} aria-hidden />
          <span className={classes.label}>{entry.label(t)}</span>
          <IconChevronRight size={18} stroke={1.5} className={classes.chevron} aria-hidden />
        </EntryLink>
      ))}
    </div>
  );
}

export function SettingsIndex() {
  const t = useText();
  const { slug } = useWorkspace();
  const roomForBoth = useMediaQuery(ROOM_FOR_BOTH, undefined, { getInitialValueInEffect: false });
  usePageTitle(t('common:settings.title'));
  if (roomForBoth) return <Navigate to="/w/$slug/settings/profile" params={{ slug }} replace />;
  return <PageHeader title={t('common:settings.title')} />;
}
