import { useState } from 'react';
import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { errorMessage } from '@/shared/forms/problems';
import { useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toast, toastError } from '@/shared/ui/toast';
import { renewRecoveryCodes, twoFactorQuery, useTurnOff } from '../api/account';
import { RecoveryCodes } from './RecoveryCodes';
import { SetUp } from './SetUp';

/** Whether the second factor is on, and what can be done about it. */
export function TwoFactor() {
  const t = useText('security');
  const query = useQuery(twoFactorQuery);
  const [settingUp, setSettingUp] = useState(false);
  if (query.isPending) return <RowsSkeleton rows={1} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { on, since, recovery_codes_left: left } = query.data;
  return (
    <>
      {on ? (
        <IsOn since={since} left={left} />
      ) : (
        <Button onClick={() => setSettingUp(true)}>{t('security:two_factor.set_up')}</Button>
      )}
      <Modal
        opened={settingUp}
        onClose={() => setSettingUp(false)}
        closeOnClickOutside={false}
        title={t('security:two_factor.set_up_title')}
      >
        {settingUp && <SetUp onDone={() => setSettingUp(false)} />}
      </Modal>
    </>
  );
}

function IsOn({ since, left }: { since: string | null; left: number }) {
  const t = useText('security');
  const format = useFormat();
  const queryClient = useQueryClient();
  const [codes, setCodes] = useState<string[] | null>(null);
  const fail = (error: unknown): void => toastError(errorMessage(t, error));
  const off = useTurnOff();
  const renew = useMutation({
    mutationFn: renewRecoveryCodes,
    onSuccess: ({ recovery_codes }) => {
      setCodes(recovery_codes);
      void queryClient.invalidateQueries({ queryKey: twoFactorQuery.queryKey });
    },
    onError: fail,
  });
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <Badge color="teal" variant="light">
          {t('security:two_factor.on')}
        </Badge>
        <Text size="sm" c="dimmed">
          {since && t('security:two_factor.since', { date: format.dateTime(since) })}
        </Text>
      </Group>
      <Text size="sm" c={left < 3 ? 'orange' : undefined}>
        {t('security:two_factor.left', { count: left })}
      </Text>
      <Group gap="xs">
        <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
          {t('security:two_factor.renew')}
        </Button>
        <Button
          variant="outline"
          color="red"
          loading={off.isPending}
          onClick={() => off.mutate(undefined, { onSuccess: () => toast(t('security:two_factor.is_off')), onError: fail })}
        >
          {t('security:two_factor.turn_off')}
        </Button>
      </Group>
      <Modal
        opened={codes !== null}
        onClose={() => setCodes(null)}
        closeOnClickOutside={false}
        title={t('security:codes.title')}
      >
        {codes && <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />}
      </Modal>
    </Stack>
  );
}
