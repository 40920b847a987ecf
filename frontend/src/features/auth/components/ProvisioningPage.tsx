import { useEffect } from 'react';
import { Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useText } from '@/shared/i18n/text';
import { refreshSession } from '@/shared/session/session';
import { ErrorState } from '@/shared/ui/ErrorState';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { provisioningQuery } from '../api/access';
import { Working } from './Working';

/** While a workspace is being built; goes on by itself when it is there. */
export function ProvisioningPage({ id, name }: { id: string; name: string }) {
  const t = useText('auth');
  const queryClient = useQueryClient();
  const router = useRouter();
  const { data, error, refetch } = useQuery(provisioningQuery(id));
  const ready = data?.state === 'active';
  useEffect(() => {
    if (ready) void refreshSession(queryClient).then(() => router.invalidate());
  }, [ready, queryClient, router]);
  if (data?.state === 'failed')
    return <PublicLayout title={t('auth:provisioning.failed_title')} lead={t('auth:provisioning.failed_lead')} />;
  return (
    <PublicLayout title={t('auth:provisioning.title', { name })}>
      {error && !data ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <>
          <Working label={t('auth:provisioning.working')} />
          <Text c="dimmed" mt="md">
            {t('auth:provisioning.hint')}
          </Text>
        </>
      )}
    </PublicLayout>
  );
}
