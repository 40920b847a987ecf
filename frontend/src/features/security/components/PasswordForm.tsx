import { Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { storeSession, useUser } from '@/shared/session/session';
import { PasswordField } from '@/shared/ui/PasswordField';
import { toast } from '@/shared/ui/toast';
import { changePassword, sessionsQuery } from '../api/account';

const FIELDS = ['password'] as const;

export function PasswordForm() {
  const t = useText('security');
  const user = useUser();
  const queryClient = useQueryClient();
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: (value) => (value ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ password }) => {
    storeSession(queryClient, await changePassword(password));
    form.reset();
    toast(t('security:password.done'));
    await queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm" maw={420}>
        <FormSummary message={summary} />
        <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
        <PasswordField
          {...form.getInputProps('password')}
          label={t('security:password.new')}
          value={form.values.password}
        />
        <Button type="submit" variant="default" w="fit-content" loading={busy} disabled={!form.isDirty()}>
          {t('security:password.submit')}
        </Button>
      </Stack>
    </form>
  );
}
