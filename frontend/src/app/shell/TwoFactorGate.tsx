import { Button, Stack } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { SetUp } from '@/features/security/components/SetUp';
import { useText } from '@/shared/i18n/text';
import { useSignOut } from '@/shared/session/useSignOut';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { ProveAgain } from '../session/ProveAgain';

interface Props {
  name: string;
  settingUp: boolean;
  onSetUp: (settingUp: boolean) => void;
}

/** The workspace asks every member for two-factor sign-in: setting it up is the way in. */
export function TwoFactorGate({ name, settingUp, onSetUp }: Props) {
  const t = useText('security');
  const queryClient = useQueryClient();
  const signOut = useSignOut();
  return (
    <PublicLayout title={t('security:gate.title')} lead={t('security:gate.lead', { name })}>
      {settingUp ? (
        <SetUp
          onDone={() => {
            onSetUp(false);
            void queryClient.resetQueries();
          }}
        />
      ) : (
        <Stack gap="sm" align="flex-start">
          <Button onClick={() => onSetUp(true)}>{t('security:two_factor.set_up')}</Button>
          <Button variant="default" loading={signOut.isPending} onClick={() => signOut.mutate()}>
            {t('common:me.sign_out')}
          </Button>
        </Stack>
      )}
      <ProveAgain />
    </PublicLayout>
  );
}
