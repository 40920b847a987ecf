import { useEffect, useRef } from 'react';
import { Title, type TitleProps } from '@mantine/core';

/**
 * The title of a page takes the focus that waits on `main` after going to another page (see the shell), however late
 * the page arrives.
 */
export function PageTitle(props: Omit<TitleProps, 'order'>) {
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (document.activeElement?.tagName === 'MAIN') title.current?.focus({ preventScroll: true });
  }, []);
  return <Title order={1} ref={title} tabIndex={-1} data-page-title {...props} />;
}
