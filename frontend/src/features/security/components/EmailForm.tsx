import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { useUser } from '@/shared/session/session';
import { changeEmail, sessionsQuery } from '../api/account';

const FIELDS = ['email'] as const;

export function EmailForm() {
  const t = useText('security');
  const user = useUser();
  const queryClient = useQueryClient();
  const pending = useQuery(sessionsQuery).data?.pending_email;
  const form = useForm({
    initialValues: { email: '' },
    validate: { email: (value) => (value.trim() ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ email }) => {
    await changeEmail(email.trim());
    form.reset();
    await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm" maw={420}>
        <FormSummary message={summary} />
        <TextInput
          label={t('security:email.new')}
          description={t('security:email.now', { email: user.email })}
          type="email"
          inputMode="email"
          autoComplete="email"
          {...form.getInputProps('email')}
        />
        {pending && (
          <Text size="sm" role="status">
            {t('security:email.pending', { email: pending })}
          </Text>
        )}
        <Button type="submit" variant="default" w="fit-content" loading={busy} disabled={!form.isDirty()}>
          {t('security:email.submit')}
        </Button>
      </Stack>
    </form>
  );
}
