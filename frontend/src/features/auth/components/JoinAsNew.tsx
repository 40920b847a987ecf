import { Anchor, Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { Link } from '@tanstack/react-router';
import type { InvitationOffer } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { currentLanguage } from '@/shared/i18n';
import { useText } from '@/shared/i18n/text';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { joinAsNew } from '../api/joining';
import { useEnter } from '../useEnter';
import { PasswordField } from '@/shared/ui/PasswordField';

const FIELDS = ['name', 'password'] as const;

/** Nobody is signed in: make an account for the invited address, or sign in with the one that exists. */
export function JoinAsNew({ token, offer }: { token: string; offer: InvitationOffer }) {
  const t = useText('joining', 'auth');
  const enter = useEnter();
  const required = (value: string) => (value.trim() ? null : t('errors:field.required'));
  const form = useForm({ initialValues: { name: '', password: '' }, validate: { name: required, password: required } });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ name, password }) => {
    const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone || offer.timezone;
    enter(await joinAsNew({ token, name: name.trim(), password, language: currentLanguage(), timezone }));
  });
  const back = `/invitation?token=${encodeURIComponent(token)}`;
  return (
    <PublicLayout
      title={t('joining:title', { workspace: offer.workspace })}
      lead={t('joining:lead', { inviter: offer.invited_by, email: offer.email })}
      footer={
        <>
          {t('joining:have_account')}{' '}
          <Anchor renderRoot={(props) => <Link {...props} to="/sign-in" search={{ next: back }} />}>
            {t('joining:sign_in')}
          </Anchor>
        </>
      }
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <FormSummary message={summary} />
          <TextInput
            label={t('auth:field.email')}
            value={offer.email}
            readOnly
            variant="filled"
            autoComplete="username"
          />
          <TextInput label={t('auth:field.name')} autoComplete="name" {...form.getInputProps('name')} />
          <PasswordField {...form.getInputProps('password')} value={form.values.password} />
          <Button type="submit" loading={busy} fullWidth>
            {t('joining:accept')}
          </Button>
        </Stack>
      </form>
    </PublicLayout>
  );
}
