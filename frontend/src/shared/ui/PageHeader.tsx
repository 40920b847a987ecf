import type { ReactNode } from 'react';
import { Group, Text } from '@mantine/core';
import { usePageTitle } from '@/shared/hooks/usePageTitle';
import { PageTitle } from './PageTitle';
import classes from './PageHeader.module.css';

interface Props {
  title: string;
  /** What is counted or shown, in small type beside the title. */
  note?: ReactNode;
  /** Buttons on the right. */
  children?: ReactNode;
}

/** The one h1 of a page; also names the browser tab and takes the focus after navigation. */
export function PageHeader({ title, note, children }: Props) {
  usePageTitle(title);
  return (
    <header className={classes.header}>
      <Group gap="sm" align="baseline" className={classes.words}>
        <PageTitle size="h3">
          {title}
        </PageTitle>
        {note && (
          <Text c="dimmed" size="sm" component="div">
            {note}
          </Text>
        )}
      </Group>
      {children && <Group gap="xs">{children}</Group>}
    </header>
  );
}
