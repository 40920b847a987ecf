import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import { FormSummary } from '@/shared/forms/FormSummary';
import { errorMessage } from '@/shared/forms/problems';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { toast } from '@/shared/ui/toast';
import { resendLink } from '../api/access';

interface Props {
  reason: 'missing' | 'expired' | 'used' | 'invalid' | 'trouble';
  /** Of `trouble`: what happened. */
  error?: unknown;
  onRetry?: () => void;
}

const FIELDS = ['email'] as const;

/** The link did not work: why, and the way on. */
export function VerifyFailed({ reason, error, onRetry }: Props) {
  const t = useText('auth');
  const canResend = reason === 'expired' || reason === 'invalid' || reason === 'missing';
  return (
    <PublicLayout
      title={t(`auth:verify.${reason}_title`)}
      lead={error ? errorMessage(t, error) : t(`auth:verify.${reason}_lead`)}
      footer={
        <Anchor component={Link} to="/sign-in">
          {t('auth:verify.to_sign_in')}
        </Anchor>
      }
    >
      {canResend && <ResendForm />}
      {onRetry && <Button onClick={onRetry}>{t('common:action.try_again')}</Button>}
    </PublicLayout>
  );
}

function ResendForm() {
  const t = useText('auth');
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (value) => (value.trim() ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ email }) => {
    await resendLink(email.trim());
    toast(t('auth:check_mail.resent'));
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <FormSummary message={summary} />
        <TextInput
          label={t('auth:field.email')}
          type="email"
          inputMode="email"
          autoComplete="username"
          {...form.getInputProps('email')}
        />
        <Button type="submit" loading={busy} w="fit-content">
          {t('auth:check_mail.resend')}
        </Button>
      </Stack>
    </form>
  );
}
