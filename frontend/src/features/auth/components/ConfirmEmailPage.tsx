import { useEffect } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { refreshSession } from '@/shared/session/session';
import { LinkButton } from '@/shared/ui/LinkButton';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { confirmEmailQuery } from '../api/access';
import { Working } from './Working';

const route = getRouteApi('/confirm-email');

/** Redeems the link sent to a new address, in the session of who asked for it. */
export function ConfirmEmailPage() {
  const t = useText('auth');
  const queryClient = useQueryClient();
  const { token } = route.useSearch();
  const { data, error } = useQuery({ ...confirmEmailQuery(token ?? ''), enabled: token !== undefined });
  useEffect(() => {
    if (data) void refreshSession(queryClient);
  }, [data, queryClient]);
  const on = <LinkButton to="/">{t('auth:email.on')}</LinkButton>;
  if (data)
    return (
      <PublicLayout title={t('auth:email.done_title')} lead={t('auth:email.done_lead', { email: data.user.email })}>
        {on}
      </PublicLayout>
    );
  if (error || token === undefined)
    return (
      <PublicLayout title={t('auth:verify.invalid_title')} lead={error ? errorMessage(t, error) : undefined}>
        {on}
      </PublicLayout>
    );
  return (
    <PublicLayout title={t('auth:verify.title')}>
      <Working label={t('auth:verify.working')} />
    </PublicLayout>
  );
}
