import { useEffect, useMemo } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { ProvisioningPage } from '@/features/auth/components/ProvisioningPage';
import { ClosedPage } from '@/features/data/components/ClosedPage';
import { workspaceRoute } from '@/shared/routing/routes';
import { isProblem } from '@/api/problem';
import { rememberWorkspace } from '@/shared/session/preferences';
import { meQuery, WorkspaceContext } from '@/shared/workspace/workspace';
import { Shell } from './Shell';
import { TwoFactorGate } from './TwoFactorGate';

/** Everything below `/w/<slug>`: waits for the workspace to be built, then draws the shell around the page. */
export function WorkspaceLayout() {
  const { workspace: found, workspaceState } = useRouteContext({ from: workspaceRoute.id });
  const { slug } = useParams({ from: workspaceRoute.id });
  const { id, name, api, key } = found;
  const workspace = useMemo(() => ({ id, slug, name, api, key }), [id, slug, name]); // eslint-disable-line react-hooks/exhaustive-deps -- api and key follow from id
  useEffect(() => rememberWorkspace(slug), [slug]);
  const refusal = useQuery({ ...meQuery(workspace), enabled: workspaceState === 'active' }).error;
  if (workspaceState === 'closed') return <ClosedPage id={id} name={name} />;
  if (workspaceState !== 'active') return <ProvisioningPage id={id} name={name} />;
  if (isProblem(refusal, 'two_factor_required')) return <TwoFactorGate name={name} />;
  return (
    <WorkspaceContext value={workspace}>
      <Shell key={id} />
    </WorkspaceContext>
  );
}
