import { useEffect, useMemo, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useParams, useRouteContext } from '@tanstack/react-router';
import { ProvisioningPage } from '@/features/auth/components/ProvisioningPage';
import { ClosedPage } from '@/features/data/components/ClosedPage';
import { workspaceRoute } from '@/shared/routing/routes';
import { isProblem } from '@/api/problem';
import { rememberWorkspace } from '@/shared/session/preferences';
import { PageSkeleton } from '@/shared/ui/Skeletons';
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
  // Asked before the shell is: it would hand the refusal to the route's error page.
  const me = useQuery({ ...meQuery(workspace), enabled: workspaceState === 'active' });
  // Stays until the recovery codes are kept, although the workspace would let the person in before.
  const [settingUp, setSettingUp] = useState(false);
  if (workspaceState === 'closed') return <ClosedPage id={id} name={name} />;
  if (workspaceState !== 'active') return <ProvisioningPage id={id} name={name} />;
  if (me.isPending) return <PageSkeleton />;
  if (settingUp || isProblem(me.error, 'two_factor_required'))
    return <TwoFactorGate name={name} settingUp={settingUp} onSetUp={setSettingUp} />;
  return (
    <WorkspaceContext value={workspace}>
      <Shell key={id} />
    </WorkspaceContext>
  );
}
