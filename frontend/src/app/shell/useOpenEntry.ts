import { useCallback } from 'react';
import { useNavigate, type NavigateOptions } from '@tanstack/react-router';
import type { FeatureEntry } from '@/shared/feature';
import { useWorkspace } from '@/shared/workspace/workspace';

/** Go where an entry of the shell leads. Entries are data, so their target is not known to the router's types. */
export function useOpenEntry(): (entry: Pick<FeatureEntry, 'to' | 'search'>) => void {
  const navigate = useNavigate();
  const { slug } = useWorkspace();
  return useCallback(
    ({ to, search }) => {
      const target: object = { to, params: { slug }, search: search ?? {} };
      void navigate(target as NavigateOptions);
    },
    [navigate, slug],
  );
}
