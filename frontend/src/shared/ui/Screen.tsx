import type { ReactNode } from 'react';
import { PageHeader } from './PageHeader';
import classes from './Screen.module.css';

interface Props {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page of words and forms: header, then a column of comfortable width. */
export function Screen({ title, note, actions, children }: Props) {
  return (
    <>
      <PageHeader title={title} note={note}>
        {actions}
      </PageHeader>
      <div className={classes.column}>{children}</div>
    </>
  );
}
