import type { ReactNode } from 'react';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { FeatureEntry } from '@/shared/feature';
import { useWorkspace } from '@/shared/workspace/workspace';

interface Props {
  entry: Pick<FeatureEntry, 'to' | 'search'>;
  className: string | undefined;
  title?: string | undefined;
  children: ReactNode;
}

/** A link to an entry; it carries `aria-current="page"` on the page itself and on those below it. */
export function EntryLink({ entry, children, ...rest }: Props) {
  const { slug } = useWorkspace();
  const target: object = { to: entry.to, params: { slug }, search: entry.search ?? {} };
  return (
    <Link {...(target as LinkProps)} {...rest} activeOptions={{ includeSearch: false }}>
      {children}
    </Link>
  );
}
