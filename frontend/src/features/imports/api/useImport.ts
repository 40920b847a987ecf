import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useText } from '@/shared/i18n/text';
import { body } from '@/api/client';
import type { Import, ImportPatch } from '@/api/types';
import { useWorkspace } from '@/shared/workspace/workspace';
import { importQuery } from './queries';
import { watchImport } from './watch';

/** Change how an import is read and what it does; shown at once, taken back when refused. */
export function useImportChange(id: string) {
  const client = useQueryClient();
  const workspace = useWorkspace();
  const { queryKey } = importQuery(workspace, id);
  return useMutation({
    scope: { id: `import-${id}` },
    mutationFn: (change: ImportPatch) =>
      body(workspace.api.PATCH('/api/v1/imports/{id}', { params: { path: { id } }, body: change })),
    onMutate: async (change) => {
      await client.cancelQueries({ queryKey, exact: true });
      const before = client.getQueryData(queryKey);
      const { mapping, ...rest } = change;
      if (before)
        client.setQueryData(queryKey, { ...before, ...rest, mapping: { ...before.mapping, ...mapping } } as Import);
      return before;
    },
    onSuccess: async (run) => {
      client.setQueryData(queryKey, run);
      await client.invalidateQueries({ queryKey: workspace.key('imports', id, 'preview') });
    },
    onError: (_error, _change, before) => {
      if (before) client.setQueryData(queryKey, before);
    },
  });
}

export type ImportStep = 'start' | 'dry_run' | 'cancel' | 'undo';

/** Start, check, cancel or undo an import, and follow it to its end. */
export function useImportStep(id: string) {
  const client = useQueryClient();
  const workspace = useWorkspace();
  const t = useText('imports');
  return useMutation({
    mutationFn: (step: ImportStep) => {
      const params = { path: { id } };
      if (step === 'cancel') return body(workspace.api.POST('/api/v1/imports/{id}/cancel', { params }));
      if (step === 'undo') return body(workspace.api.POST('/api/v1/imports/{id}/undo', { params }));
      return body(workspace.api.POST('/api/v1/imports/{id}/start', { params, body: { dry_run: step === 'dry_run' } }));
    },
    onSuccess: (run) => {
      client.setQueryData(importQuery(workspace, id).queryKey, run);
      void client.invalidateQueries({ queryKey: workspace.key('imports', 'list') });
      watchImport(client, workspace, run, t);
    },
  });
}
