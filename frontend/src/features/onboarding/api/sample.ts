import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { body } from '@/api/client';
import { useWorkspace } from '@/shared/workspace/workspace';

/** Fill the workspace with sample leads through an ordinary import, and go to watch it. */
export function useSampleImport() {
  const workspace = useWorkspace();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => body(workspace.api.POST('/api/v1/imports/sample')),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: workspace.key() });
      await navigate({ to: '/w/$slug/imports/$importId', params: { slug: workspace.slug, importId: id } });
    },
  });
}
