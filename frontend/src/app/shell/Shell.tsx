import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useDisclosure, useLocalStorage } from '@mantine/hooks';
import { Outlet } from '@tanstack/react-router';
import { useText } from '@/shared/i18n/text';
import { PageSkeleton } from '@/shared/ui/Skeletons';
import { ReSignIn } from '../session/ReSignIn';
import { useEntries } from './entries';
import { BottomBar } from './BottomBar';
import { OfflineBar } from './OfflineBar';
import { SideNav } from './SideNav';
import { TopBar } from './TopBar';
import { usePageFocus } from './usePageFocus';
import { useShellKeys } from './useShellKeys';
import classes from './Shell.module.css';

const loadPalette = () => import('../palette/CommandPalette');
const CommandPalette = lazy(loadPalette);
const KeyList = lazy(() => import('./KeyList'));
const CreateWorkspace = lazy(() => import('./CreateWorkspace'));

/** Navigation, top bar, the page, and what opens over it. */
export function Shell() {
  const t = useText();
  const main = useRef<HTMLElement>(null);
  const entries = useEntries();
  const [collapsed, setCollapsed] = useLocalStorage({
    key: 'crm-nav-collapsed',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const palette = useLazyDialog();
  const keys = useLazyDialog();
  const newWorkspace = useLazyDialog();
  usePageFocus(main);
  // The palette must open at once, or the first letters typed are lost.
  useEffect(() => void loadPalette(), []);
  useShellKeys({ entries, openPalette: palette.open, openKeys: keys.open });
  const dialogs = { openPalette: palette.open, openKeys: keys.open, openNewWorkspace: newWorkspace.open };
  return (
    <div className={classes.shell} data-collapsed={collapsed || undefined}>
      <a className={classes.skip} href="#main">
        {t('common:shell.skip')}
      </a>
      <TopBar entries={entries} {...dialogs} />
      <SideNav entries={entries} collapsed={collapsed} onToggle={() => setCollapsed(!collapsed)} />
      <main id="main" ref={main} tabIndex={-1} className={classes.main}>
        <OfflineBar />
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
      <BottomBar entries={entries} openPalette={palette.open} />
      <Suspense fallback={null}>
        {palette.used && <CommandPalette entries={entries} opened={palette.opened} onClose={palette.close} {...dialogs} />}
        {keys.used && <KeyList entries={entries} opened={keys.opened} onClose={keys.close} />}
        {newWorkspace.used && <CreateWorkspace opened={newWorkspace.opened} onClose={newWorkspace.close} />}
      </Suspense>
      <ReSignIn />
    </div>
  );
}

/** A dialog whose code is fetched the first time it opens, and which stays to animate its way out. */
function useLazyDialog() {
  const [opened, { open, close }] = useDisclosure(false);
  const [used, setUsed] = useState(false);
  const openAndKeep = (): void => {
    setUsed(true);
    open();
  };
  return { opened, used, open: openAndKeep, close };
}
