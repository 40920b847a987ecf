import { useEffect } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Session } from '@/api/types';
import { isProblem } from '@/api/problem';
import { useText } from '@/shared/i18n/text';
import { storeSession } from '@/shared/session/session';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { verificationQuery } from '../api/access';
import { Working } from './Working';
import { VerifyFailed } from './VerifyFailed';

const route = getRouteApi('/verify');

/** Redeems the link of the verification mail and goes on into the new workspace. */
export function VerifyPage() {
  const t = useText('auth');
  const { token } = route.useSearch();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({ ...verificationQuery(token ?? ''), enabled: token !== undefined });
  useEffect(() => {
    if (!data) return;
    storeSession(queryClient, data);
    void navigate(destination(data, data.workspace_id));
  }, [data, queryClient, navigate]);
  if (token === undefined) return <VerifyFailed reason="missing" />;
  if (isProblem(error, 'link_expired')) return <VerifyFailed reason="expired" />;
  if (isProblem(error, 'link_used')) return <VerifyFailed reason="used" />;
  if (isProblem(error) && error.status < 500) return <VerifyFailed reason="invalid" />;
  if (error) return <VerifyFailed reason="trouble" onRetry={() => void refetch()} />;
  return (
    <PublicLayout title={t('auth:verify.title')}>
      <Working label={t('auth:verify.working')} />
    </PublicLayout>
  );
}

function destination(session: Session, workspaceId: string) {
  const workspace = session.workspaces.find(({ id }) => id === workspaceId);
  return workspace
    ? ({ to: '/w/$slug', params: { slug: workspace.slug }, replace: true } as const)
    : ({ to: '/', replace: true } as const);
}
