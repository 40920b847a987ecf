import { useState } from 'react';
import { Anchor, Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { isProblem } from '@/api/problem';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { refreshSession } from '@/shared/session/session';
import { LinkButton } from '@/shared/ui/LinkButton';
import { PasswordField } from '@/shared/ui/PasswordField';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { finishReset } from '../api/access';

const route = getRouteApi('/reset-password');
const FIELDS = ['password'] as const;

/** Choose a new password by the link in the mail. */
export function ResetPage() {
  const t = useText('auth');
  const { token } = route.useSearch();
  const [state, setState] = useState<'open' | 'done' | 'gone'>('open');
  if (token === undefined || state === 'gone')
    return (
      <PublicLayout title={t('auth:verify.invalid_title')} lead={t('auth:reset.gone_lead')}>
        <LinkButton to="/forgot-password">{t('auth:reset.again')}</LinkButton>
      </PublicLayout>
    );
  if (state === 'done')
    return (
      <PublicLayout title={t('auth:reset.done_title')} lead={t('auth:reset.done_lead')}>
        <LinkButton to="/sign-in">{t('auth:sign_in.title')}</LinkButton>
      </PublicLayout>
    );
  return <Choose token={token} onEnd={setState} />;
}

function Choose({ token, onEnd }: { token: string; onEnd: (state: 'done' | 'gone') => void }) {
  const t = useText('auth');
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: (value) => (value ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ password }) => {
    try {
      await finishReset(token, password);
    } catch (error) {
      if (!isProblem(error) || error.status !== 410) throw error;
      onEnd('gone');
      return;
    }
    await refreshSession(queryClient);
    onEnd('done');
  });
  return (
    <PublicLayout
      title={t('auth:reset.title')}
      lead={t('auth:reset.lead')}
      footer={
        <Anchor component={Link} to="/sign-in">
          {t('auth:verify.to_sign_in')}
        </Anchor>
      }
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <FormSummary message={summary} />
          <PasswordField {...form.getInputProps('password')} value={form.values.password} />
          <Button type="submit" loading={busy} fullWidth>
            {t('auth:reset.submit')}
          </Button>
        </Stack>
      </form>
    </PublicLayout>
  );
}
