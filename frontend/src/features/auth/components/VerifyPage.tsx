import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { isProblem } from '@/api/problem';
import { useText } from '@/shared/i18n/text';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { verificationQuery } from '../api/access';
import { useEnter } from '../useEnter';
import { VerifyFailed } from './VerifyFailed';
import { VerifyPassword } from './VerifyPassword';
import { Working } from './Working';

const route = getRouteApi('/verify');

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
