import { IconPlus, IconSearch, IconSettings } from '@tabler/icons-react';
import { EntryLink } from './EntryLink';
import type { Entries } from './entries';
import { useOpenEntry } from './useOpenEntry';
import classes from './BottomBar.module.css';

/** The phone's navigation, in reach of the thumb. */
export function BottomBar({ entries, openPalette }: { entries: Entries; openPalette: () => void }) {
  const { t, nav, create } = entries;
  const openEntry = useOpenEntry();
  const first = create[0];
  const [left, ...others] = nav;
  const link = ({ to, label, icon: NavIcon }: Entries['nav'][number]) => (
    <EntryLink key={to} entry={{ to }} className={classes.item}>
      <NavIcon size={22} stroke={1.5} aria-hidden />
      <span className={classes.label}>{label(t)}</span>
    </EntryLink>
  );
  return (
    <nav className={classes.bar} aria-label={t('common:shell.navigation')}>
      {left && link(left)}
      {others.slice(0, 1).map(link)}
      {first && (
        <button type="button" className={classes.item} onClick={() => openEntry(first)} aria-label={first.label(t)}>
          <span className={classes.create} aria-hidden>
            <IconPlus size={20} />
          </span>
        </button>
      )}
      <button type="button" className={classes.item} onClick={openPalette}>
        <IconSearch size={22} stroke={1.5} aria-hidden />
        <span className={classes.label}>{t('common:search.short')}</span>
      </button>
      <EntryLink entry={{ to: '/w/$slug/settings' }} className={classes.item}>
        <IconSettings size={22} stroke={1.5} aria-hidden />
        <span className={classes.label}>{t('common:settings.title')}</span>
      </EntryLink>
    </nav>
  );
}
