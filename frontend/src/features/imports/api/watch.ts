import { QueryObserver, type QueryClient } from '@tanstack/react-query';
import type { Import } from '@/api/types';
import type { Translate } from '@/shared/i18n/resources';
import { toast, toastError } from '@/shared/ui/toast';
import type { Workspace } from '@/shared/workspace/workspace';
import { importQuery, isWorking } from './queries';

const watched = new Set<string>();

function tell(run: Import, t: Translate): void {
  const file = run.filename;
  if (run.state === 'failed') toastError(t('imports:told.failed', { file }));
  else if (run.state === 'undone') toast(t('imports:told.undone', { file }));
  else if (run.state === 'cancelled') toast(t('imports:told.cancelled', { file }));
  else if (run.dry_run) toast(t('imports:told.checked', { file }));
  else toast(t('imports:told.done', { file }));
}

/**
 * Follow an import while the person works elsewhere in the application, and tell them when it ends. On its own page,
 * which shows the end by itself, nothing is said.
 */
export function watchImport(client: QueryClient, workspace: Workspace, run: Import, t: Translate): void {
  if (!isWorking(run) || watched.has(run.id)) return;
  watched.add(run.id);
  const observer = new QueryObserver(client, importQuery(workspace, run.id));
  const stop = observer.subscribe(({ data }) => {
    if (!data || isWorking(data)) return;
    stop();
    watched.delete(run.id);
    for (const part of [['leads'], ['me'], ['objects'], ['imports', 'list']])
      void client.invalidateQueries({ queryKey: workspace.key(...part) });
    if (!window.location.pathname.endsWith(`/imports/${run.id}`)) tell(data, t);
  });
}
