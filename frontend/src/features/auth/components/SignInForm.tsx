import { Anchor, Button, Divider, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import type { Session } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { useSession } from '@/shared/session/session';
import { Password } from '@/shared/ui/Password';
import { signIn } from '../api/access';

const FIELDS = ['email', 'password'] as const;

/** Address and password, and the way in for who has forgotten it. */
export function SignInForm({ onSignedIn }: { onSignedIn: (session: Session) => void }) {
  const t = useText('auth');
  const { demo } = useSession().deployment;
  const required = (value: string) => (value.trim() ? null : t('errors:field.required'));
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: { email: required, password: required },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ email, password }) => {
    onSignedIn(await signIn(email.trim(), password));
  });
  return (
    <>
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
          <Group justify="center">
            <Anchor component={Link} to="/forgot-password" size="sm">
              {t('auth:sign_in.forgot')}
            </Anchor>
          </Group>
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
    </>
  );
}
