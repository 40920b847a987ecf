import { useCallback, useEffect } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Session } from '@/api/types';
import { isProblem } from '@/api/problem';
import { useText } from '@/shared/i18n/text';
import { storeSession } from '@/shared/session/session';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { verificationQuery } from '../api/access';
import { VerifyFailed } from './VerifyFailed';
import { VerifyPassword } from './VerifyPassword';
import { Working } from './Working';

const route = getRouteApi('/verify');

type Verified = Session & { workspace_id: string | null };

/** Redeems the link of the verification mail and goes on into the new workspace. */
export function VerifyPage() {
  const t = useText('auth');
  const { token } = route.useSearch();
  const enter = useEnter();
  const { data, error, refetch } = useQuery({ ...verificationQuery(token ?? ''), enabled: token !== undefined });
  useEffect(() => {
    if (data) enter(data);
  }, [data, enter]);
  if (token === undefined) return <VerifyFailed reason="missing" />;
  if (isProblem(error, 'password_required')) return <VerifyPassword token={token} onVerified={enter} />;
  if (isProblem(error, 'link_expired')) return <VerifyFailed reason="expired" />;
  if (isProblem(error, 'link_used')) return <VerifyFailed reason="used" />;
  if (isProblem(error) && [404, 410, 422].includes(error.status)) return <VerifyFailed reason="invalid" />;
  if (error) return <VerifyFailed reason="trouble" error={error} onRetry={() => void refetch()} />;
  return (
    <PublicLayout title={t('auth:verify.title')}>
      <Working label={t('auth:verify.working')} />
    </PublicLayout>
  );
}

/** Keep the session that verification opened and go to its workspace. */
function useEnter(): (verified: Verified) => void {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return useCallback(
    (verified) => {
      storeSession(queryClient, verified);
      const workspace = verified.workspaces.find(({ id }) => id === verified.workspace_id);
      if (workspace) void navigate({ to: '/w/$slug', params: { slug: workspace.slug }, replace: true });
      else void navigate({ to: '/', replace: true });
    },
    [queryClient, navigate],
  );
}
