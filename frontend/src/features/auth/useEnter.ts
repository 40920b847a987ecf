import { useCallback } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Session } from '@/api/types';
import { storeSession } from '@/shared/session/session';

export type Entered = Session & { workspace_id: string | null };

/** Keep the session that a link opened and go to its workspace. */
export function useEnter(): (entered: Entered) => void {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    (entered) => {
      storeSession(queryClient, entered);
      const workspace = entered.workspaces.find(({ id }) => id === entered.workspace_id);
      if (workspace) void navigate({ to: '/w/$slug', params: { slug: workspace.slug }, replace: true });
      else void navigate({ to: '/', replace: true });
    },
    [queryClient, navigate],
  );
}
