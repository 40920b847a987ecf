import { useEffect } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { RelativeTime, useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PageHeader } from '@/shared/ui/PageHeader';
import { PageSkeleton } from '@/shared/ui/Skeletons';
import { useWorkspace } from '@/shared/workspace/workspace';
import { importQuery, isWorking } from '../api/queries';
import { watchImport } from '../api/watch';
import type { Step } from '../model';
import { RunProgress } from '../run/RunProgress';
import { RunResult } from '../run/RunResult';
import { Wizard } from '../wizard/Wizard';
import classes from './ImportPage.module.css';

const route = getRouteApi('/w/$slug/imports/$importId');

/** One import through its whole life: choices, progress, result. */
export function ImportPage() {
  const t = useText('imports', 'records');
  const format = useFormat();
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { importId } = route.useParams();
  const { step } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(importQuery(workspace, importId));
  const run = query.data;
  useEffect(() => {
    if (run) watchImport(client, workspace, run, t);
  }, [client, workspace, run, t]);
  const toStep = (next: Step): void => {
    void navigate({ search: { step: next } });
    document.querySelector('main')?.scrollTo({ top: 0 });
  };
  if (query.isPending) return <PageSkeleton />;
  if (!run) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  // After a check the choices can be opened again; the address says that they are.
  const choosing = run.state === 'ready' || (run.dry_run && !isWorking(run) && step !== undefined);
  const note = (
    <>
      {format.bytes(run.size)} · <RelativeTime instant={run.created_at} />
    </>
  );
  return (
    <>
      <PageHeader title={run.filename} note={note} />
      {choosing ? (
        <Wizard
          key={run.id}
          run={run}
          step={step ?? 'check'}
          onStep={toStep}
          onStarted={() => void navigate({ search: {} })}
        />
      ) : (
        <div className={classes.body}>
          {isWorking(run) ? <RunProgress run={run} /> : <RunResult run={run} onChangeChoices={() => toStep('match')} />}
        </div>
      )}
    </>
  );
}
