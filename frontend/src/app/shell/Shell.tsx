import { lazy, Suspense, useCallback, useEffect, useRef, useState, type RefObject } from 'react';
import { useDisclosure, useLocalStorage } from '@mantine/hooks';
import { Outlet } from '@tanstack/react-router';
import { useText } from '@/shared/i18n/text';
import { PageSkeleton } from '@/shared/ui/Skeletons';
import { ProveAgain } from '../session/ProveAgain';
import { ReSignIn } from '../session/ReSignIn';
import { useEntries } from './entries';
import { BottomBar } from './BottomBar';
import { OfflineBar } from './OfflineBar';
import { SideNav } from './SideNav';
import { TopBar } from './TopBar';
import { TwoFactorBar } from './TwoFactorBar';
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
  const openerRef = useRef<Element | null>(null);
  const palette = useLazyDialog(openerRef);
  const keys = useLazyDialog(openerRef);
  const newWorkspace = useLazyDialog(openerRef);
  usePageFocus(main);
  // The palette waits closed, for it must open at once: else the first letters typed are lost.
  const { prepare } = palette;
  useEffect(() => void loadPalette().then(prepare), [prepare]);
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
        <TwoFactorBar />
        <Suspense fallback={<PageSkeleton />}>
          <Outlet />
        </Suspense>
      </main>
      <BottomBar entries={entries} openPalette={palette.open} />
      <Suspense fallback={null}>
        {palette.used && <CommandPalette entries={entries} opened={palette.opened} onClose={palette.close} {...dialogs} />}
        {keys.used && <KeyList entries={entries} opened={keys.opened} onClose={keys.close} onClosed={keys.returnFocus} />}
        {newWorkspace.used && (
          <CreateWorkspace
            opened={newWorkspace.opened}
            onClose={newWorkspace.close}
            onClosed={newWorkspace.returnFocus}
          />
        )}
      </Suspense>
      <ProveAgain />
      <ReSignIn />
    </div>
  );
}

/**
 * A dialog whose code is fetched the first time it opens, and which stays to animate its way out. `returnFocus` is for a
 * dialog opened from the palette: what had the focus there is gone, so it goes back to what had it before.
 */
function useLazyDialog(openerRef: RefObject<Element | null>) {
  const [opened, { open, close }] = useDisclosure(false);
  const [used, setUsed] = useState(false);
  const prepare = useCallback(() => setUsed(true), []);
  const openAndKeep = useCallback(() => {
    const focused = document.activeElement;
    if (!focused?.closest('[role="dialog"]')) openerRef.current = focused;
    prepare();
    open();
  }, [openerRef, prepare, open]);
  const returnFocus = useCallback(() => {
    if (document.activeElement === document.body && openerRef.current instanceof HTMLElement) openerRef.current.focus();
  }, [openerRef]);
  return { opened, used, prepare, open: openAndKeep, close, returnFocus };
}
