import { useEffect, useRef, type RefObject } from 'react';
import { useRouterState } from '@tanstack/react-router';

/**
 * After going to another page the focus is on its title, so that keyboard and screen reader start there. Changes of the
 * query string (filters, an open panel) leave the focus alone, and so does a page that has taken it already.
 */
export function usePageFocus(main: RefObject<HTMLElement | null>): void {
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const previous = useRef(pathname);
  useEffect(() => {
    const from = previous.current;
    previous.current = pathname;
    if (from === undefined || from === pathname) return;
    const page = main.current;
    if (!page || (document.activeElement !== page && page.contains(document.activeElement))) return;
    (page.querySelector<HTMLElement>('[data-page-title]') ?? page).focus({ preventScroll: true });
  }, [pathname, main]);
}
