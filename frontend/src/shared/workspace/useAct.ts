import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useWorkspace, type Workspace } from './workspace';

/** An act after which everything that is shown below the key `touches` is read again, whatever came of it. */
export function useAct<Given, Answer>(touches: string, act: (workspace: Workspace, given: Given) => Promise<Answer>) {
  const workspace = useWorkspace();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (given: Given) => act(workspace, given),
    onSettled: () => client.invalidateQueries({ queryKey: workspace.key(touches) }),
  });
}
