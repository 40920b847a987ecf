import { useState } from 'react';
import { Button, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { SetUp } from '@/features/security/components/SetUp';
import { useText } from '@/shared/i18n/text';
import { useSignOut } from '@/shared/session/useSignOut';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { ProveAgain } from '../session/ProveAgain';

/** The workspace asks every member for two-factor sign-in: setting it up is the way in. */
export function TwoFactorGate({ name }: { name: string }) {
  const t = useText('security');
  const queryClient = useQueryClient();
  const [settingUp, setSettingUp] = useState(false);
  const signOut = useSignOut();
  return (
    <PublicLayout title={t('security:gate.title')} lead={t('security:gate.lead', { name })}>
      {settingUp ? (
        <SetUp onDone={() => void queryClient.resetQueries()} />
      ) : (
        <Stack gap="sm" align="flex-start">
          <Button onClick={() => setSettingUp(true)}>{t('security:two_factor.set_up')}</Button>
          <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>
            {t('common:me.sign_out')}
          </Button>
        </Stack>
      )}
      <ProveAgain />
    </PublicLayout>
  );
}
