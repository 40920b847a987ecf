import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconExternalLink } from '@tabler/icons-react';
import { errorMessage } from '@/shared/forms/problems';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useText } from '@/shared/i18n/text';
import { useSession } from '@/shared/session/session';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { resendLink } from '../api/access';

/** After sign-up: where the link went, to send it again, or to correct the address. */
export function CheckMail({ email, onBack }: { email: string; onBack: () => void }) {
  const t = useText('auth');
  const mailbox = useSession().deployment.mailbox_url;
  const resend = useMutation({ mutationFn: () => resendLink(email) });
  return (
    <PublicLayout title={t('auth:check_mail.title')} lead={t('auth:check_mail.lead', { email })}>
      <Stack gap="md">
        <FormSummary message={resend.error ? errorMessage(t, resend.error) : null} />
        {mailbox && (
          <Button component="a" href={mailbox} rightSection={<IconExternalLink size={16} />}>
            {t('auth:check_mail.open_mailbox')}
          </Button>
        )}
        <Group gap="xs">
          <Button variant="default" loading={resend.isPending} onClick={() => resend.mutate()}>
            {t('auth:check_mail.resend')}
          </Button>
          <Button variant="subtle" color="gray" onClick={onBack}>
            {t('auth:check_mail.back')}
          </Button>
        </Group>
        <Text c="dimmed" role="status">
          {resend.isSuccess ? t('auth:check_mail.resent') : t('auth:check_mail.hint')}
        </Text>
      </Stack>
    </PublicLayout>
  );
}
