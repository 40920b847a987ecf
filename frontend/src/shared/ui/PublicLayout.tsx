import type { ReactNode } from 'react';
import { Text } from '@mantine/core';
import { usePageTitle } from '@/shared/hooks/usePageTitle';
import { Brand } from './Brand';
import { LanguageSwitch } from './LanguageSwitch';
import { PageTitle } from './PageTitle';
import classes from './PublicLayout.module.css';

interface Props {
  title: string;
  /** One sentence under the title. */
  lead?: ReactNode;
  children?: ReactNode;
  /** What else one may want here, under the form. */
  footer?: ReactNode;
}

/** The frame of every page outside a workspace: brand, language, one narrow column. */
export function PublicLayout({ title, lead, children, footer }: Props) {
  usePageTitle(title);
  return (
    <div className={classes.page}>
      <header className={classes.bar}>
        <Brand />
        <LanguageSwitch />
      </header>
      <main className={classes.main}>
        <div className={classes.column}>
          <PageTitle>
            {title}
          </PageTitle>
          {lead && (
            <Text c="dimmed" mt={6} component="div">
              {lead}
            </Text>
          )}
          <div className={classes.content}>{children}</div>
          {footer && <div className={classes.footer}>{footer}</div>}
        </div>
      </main>
    </div>
  );
}
