import { Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Session } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { Password } from '@/shared/ui/Password';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { verifyWithPassword } from '../api/access';

interface Props {
  token: string;
  onVerified: (verified: Session & { workspace_id: string | null }) => void;
}

const FIELDS = ['password'] as const;

/** The link was opened elsewhere than the sign-up: whoever finishes it proves to be the same person. */
export function VerifyPassword({ token, onVerified }: Props) {
  const t = useText('auth');
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: (value) => (value ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ password }) => {
    onVerified(await verifyWithPassword(token, password));
  });
  return (
    <PublicLayout title={t('auth:verify.password_title')} lead={t('auth:verify.password_lead')}>
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <FormSummary message={summary} />
          <Password
            label={t('auth:field.password')}
            autoComplete="current-password"
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={busy} fullWidth>
            {t('auth:verify.password_submit')}
          </Button>
        </Stack>
      </form>
    </PublicLayout>
  );
}
