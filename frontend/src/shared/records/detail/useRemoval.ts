import { useCallback } from 'react';
import { isProblem } from '@/api/problem';
import { errorMessage } from '@/shared/forms/problems';
import { toastError, toastUndo } from '@/shared/ui/toast';
import { useQueryClient } from '@tanstack/react-query';
import { useWorkspace } from '@/shared/workspace/workspace';
import { useRecords } from '../data/useRecords';
import type { RecordWords } from '../model/config';
import type { RecordData } from '../model/record';
import type { Display } from '../values/display';

/** Delete at once and offer to take it back; several are deleted one by one and come back together. */
export function useRemoval(display: Display, words: RecordWords): (records: RecordData[]) => Promise<void> {
  const { t, object } = display;
  const api = useRecords(object);
  const client = useQueryClient();
  const workspace = useWorkspace();
  return useCallback(
    async (chosen) => {
      const removed: RecordData[] = [];
      let refused: unknown;
      for (const record of chosen) {
        try {
          await api.remove(record);
          removed.push(record);
        } catch (error) {
          refused = error;
          if (isProblem(error) && error.status === 412)
            void client.invalidateQueries({ queryKey: workspace.key(object.plural) });
        }
      }
      const [first] = removed;
      if (first) {
        const message = removed.length === 1 ? words.deleted(first.display_name) : words.deletedMany(removed.length);
        toastUndo(message, t('records:action.undo'), () => {
          void Promise.all(removed.map(({ id }) => api.restore(id))).catch((error: unknown) => toastError(errorMessage(t, error)));
        });
      }
      if (refused !== undefined)
        toastError(
          isProblem(refused) && refused.status === 412 ? t('records:detail.delete_stale') : errorMessage(t, refused),
        );
    },
    [api, client, workspace, object, words, t],
  );
}
