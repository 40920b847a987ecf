import { useState } from 'react';
import { Button, Code, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { storeSession } from '@/shared/session/session';
import { CodeField } from '@/shared/ui/CodeField';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { beginTwoFactor, confirmTwoFactor, sessionsQuery, twoFactorQuery } from '../api/account';
import { RecoveryCodes } from './RecoveryCodes';

const FIELDS = ['code'] as const;
const GROUPS = /(.{4})(?=.)/g;

/** A picture for the authenticator, a first code, then the recovery codes. */
export function SetUp({ onDone }: { onDone: () => void }) {
  const [codes, setCodes] = useState<string[] | null>(null);
  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  return <Scan onConfirmed={setCodes} />;
}

function Scan({ onConfirmed }: { onConfirmed: (codes: string[]) => void }) {
  const t = useText('security');
  const queryClient = useQueryClient();
  const begun = useQuery({
    queryKey: ['begin-two-factor'],
    queryFn: beginTwoFactor,
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const form = useForm({
    initialValues: { code: '' },
    validate: { code: (value) => (value.trim() ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ code }) => {
    const { recovery_codes, session } = await confirmTwoFactor(code.trim());
    onConfirmed(recovery_codes);
    storeSession(queryClient, session);
    void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    void queryClient.invalidateQueries({ queryKey: twoFactorQuery.queryKey });
  });
  if (begun.isPending) return <RowsSkeleton rows={4} />;
  if (begun.isError) return <ErrorState error={begun.error} onRetry={() => void begun.refetch()} />;
  const { secret, picture } = begun.data;
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <Text>{t('security:two_factor.scan')}</Text>
        <img src={picture} alt={t('security:two_factor.picture')} width={220} height={220} />
        <div>
          <Text size="sm" c="dimmed">
            {t('security:two_factor.by_hand')}
          </Text>
          <Code>{secret.replace(GROUPS, '$1 ')}</Code>
        </div>
        <FormSummary message={summary} />
        <CodeField
          label={t('security:two_factor.first_code')}
          description={t('security:two_factor.first_code_help')}
          inputMode="numeric"
          {...form.getInputProps('code')}
        />
        <Button type="submit" loading={busy} w="fit-content">
          {t('security:two_factor.turn_on')}
        </Button>
      </Stack>
    </form>
  );
}
