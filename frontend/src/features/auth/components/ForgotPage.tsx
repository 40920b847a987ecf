import { useState } from 'react';
import { Anchor, Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconExternalLink } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { useSession } from '@/shared/session/session';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { askReset } from '../api/access';

const FIELDS = ['email'] as const;

/** Ask for the link to choose a new password. */
export function ForgotPage() {
  const t = useText('auth');
  const [sentTo, setSentTo] = useState<string | null>(null);
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (value) => (value.trim() ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ email }) => {
    await askReset(email.trim());
    setSentTo(email.trim());
  });
  const back = (
    <Anchor component={Link} to="/sign-in">
      {t('auth:verify.to_sign_in')}
    </Anchor>
  );
  if (sentTo !== null) return <Sent email={sentTo} />;
  return (
    <PublicLayout title={t('auth:reset.ask_title')} lead={t('auth:reset.ask_lead')} footer={back}>
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
          <Button type="submit" loading={busy} fullWidth>
            {t('auth:reset.ask_submit')}
          </Button>
        </Stack>
      </form>
    </PublicLayout>
  );
}

function Sent({ email }: { email: string }) {
  const t = useText('auth');
  const mailbox = useSession().deployment.mailbox_url;
  return (
    <PublicLayout title={t('auth:check_mail.title')} lead={t('auth:reset.sent_lead', { email })}>
      <Stack gap="md">
        {mailbox && (
          <Button component="a" href={mailbox} rightSection={<IconExternalLink size={16} />}>
            {t('auth:check_mail.open_mailbox')}
          </Button>
        )}
        <Text c="dimmed" role="status">
          {t('auth:check_mail.hint')}
        </Text>
      </Stack>
    </PublicLayout>
  );
}
