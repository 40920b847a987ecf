import { useEffect, useRef } from 'react';
import type { Entries } from './entries';
import { useOpenEntry } from './useOpenEntry';

const PATIENCE_MS = 1200;

interface Options {
  entries: Entries;
  openPalette: () => void;
  openKeys: () => void;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function focusFilter(): boolean {
  const field = document.querySelector<HTMLElement>('[data-filter-input]');
  field?.focus();
  return field !== null;
}

/** The keys that work everywhere: Ctrl/Cmd-K, `?`, C, `/`, and G followed by a letter. Silent while typing. */
export function useShellKeys({ entries, openPalette, openKeys }: Options): void {
  const openEntry = useOpenEntry();
  const goSince = useRef(0);
  useEffect(() => {
    const single = (key: string): boolean => {
      const wentFor = Date.now() - goSince.current < PATIENCE_MS;
      goSince.current = key === 'g' ? Date.now() : 0;
      const target = wentFor ? entries.nav.find((entry) => entry.key === key) : undefined;
      if (target) openEntry(target);
      else if (key === '?') openKeys();
      else if (key === '/') return focusFilter();
      else if (key === 'c' && entries.create[0]) openEntry(entries.create[0]);
      else return false;
      return true;
    };
    const listen = (event: KeyboardEvent): void => {
      const key = event.key.toLowerCase();
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && key === 'k') {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
      if (isTyping(event.target) || document.querySelector('[role="dialog"][aria-modal="true"]')) return;
      if (single(key)) event.preventDefault();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [entries, openEntry, openPalette, openKeys]);
}
