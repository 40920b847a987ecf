import { useEffect, type RefObject } from 'react';
import { useRouter } from '@tanstack/react-router';

/**
 * Going to another page moves the focus to `main`, and its title takes it from there when it arrives (`PageTitle`): so
 * keyboard and screen reader start at the new page. Changes of the query string (filters, an open panel) leave it alone.
 */
export function usePageFocus(main: RefObject<HTMLElement | null>): void {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe('onBeforeLoad', ({ fromLocation, pathChanged }) => {
        if (fromLocation && pathChanged) main.current?.focus({ preventScroll: true });
      }),
    [router, main],
  );
}
