import type { ReactNode } from 'react';
import { PageHeader } from './PageHeader';
import classes from './Screen.module.css';

interface Props {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  /** For rows of several columns rather than words. */
  wide?: boolean;
  children: ReactNode;
}

/** A page of words and forms: header, then a column of comfortable width. */
export function Screen({ title, note, actions, wide = false, children }: Props) {
  return (
    <>
      <PageHeader title={title} note={note}>
        {actions}
      </PageHeader>
      <div className={classes.column} data-wide={wide || undefined}>{children}</div>
    </>
  );
}
