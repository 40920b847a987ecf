import { Anchor, Button, Divider, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useRouter } from '@tanstack/react-router';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { storeSession, useSession } from '@/shared/session/session';
import { Password } from '@/shared/ui/Password';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { signIn } from '../api/access';

const FIELDS = ['email', 'password'] as const;
const route = getRouteApi('/sign-in');

export function SignInPage() {
  const t = useText('auth');
  const router = useRouter();
  const queryClient = useQueryClient();
  const { next } = route.useSearch();
  const { demo } = useSession().deployment;
  const required = (value: string) => (value.trim() ? null : t('errors:field.required'));
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: { email: required, password: required },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ email, password }) => {
    storeSession(queryClient, await signIn(email.trim(), password));
    router.history.push(next ?? '/');
  });
  return (
    <PublicLayout
      title={t('auth:sign_in.title')}
      footer={
        <>
          {t('auth:sign_in.no_account')}{' '}
          <Anchor component={Link} to="/sign-up">
            {t('auth:sign_in.create_account')}
          </Anchor>
        </>
      }
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <FormSummary message={summary} />
          <TextInput
            label={t('auth:field.email')}
            type="email"
            autoComplete="username"
            inputMode="email"
            {...form.getInputProps('email')}
          />
          <Password
            label={t('auth:field.password')}
            autoComplete="current-password"
            {...form.getInputProps('password')}
          />
          <Button type="submit" loading={busy} fullWidth>
            {t('auth:sign_in.submit')}
          </Button>
        </Stack>
      </form>
      {demo && (
        <Stack gap="md" mt="md">
          <Divider label={t('auth:sign_in.or')} />
          <Button
            variant="default"
            fullWidth
            onClick={() => {
              form.setValues(demo);
              onSubmit();
            }}
          >
            {t('auth:sign_in.demo')}
          </Button>
        </Stack>
      )}
    </PublicLayout>
  );
}
