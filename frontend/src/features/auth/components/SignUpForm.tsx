import { Anchor, Button, Collapse, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { FormSummary } from '@/shared/forms/FormSummary';
import { clearDraft, useDraft, withDraft } from '@/shared/forms/useDraft';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { signUp } from '../api/access';
import { guessedWorkspace, WORKSPACE_FIELDS, workspaceDraft } from '../workspaceForm';
import { PasswordField } from '@/shared/ui/PasswordField';
import { WorkspaceFields } from './WorkspaceFields';

const DRAFT = 'crm-draft-sign-up';
const SECRET = ['password'] as const;
const FIELDS = ['organisation', 'name', 'email', 'password', ...WORKSPACE_FIELDS] as const;

export function SignUpForm({ onSent }: { onSent: (email: string) => void }) {
  const t = useText('auth');
  const [more, { toggle, open }] = useDisclosure(false);
  const required = (value: string) => (value.trim() ? null : t('errors:field.required'));
  const form = useForm({
    initialValues: withDraft(DRAFT, { ...guessedWorkspace(), name: '', email: '', password: '' }),
    validate: {
      organisation: required,
      name: required,
      email: (value) => required(value) ?? (/^\S+@\S+$/.test(value.trim()) ? null : t('errors:field.invalid_email')),
      password: required,
    },
  });
  useDraft(DRAFT, form, SECRET);
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async (values) => {
    const { name, password } = values;
    const email = values.email.trim();
    try {
      await signUp({ ...workspaceDraft(values), name: name.trim(), email, password });
    } catch (error) {
      open();
      throw error;
    }
    clearDraft(DRAFT);
    onSent(email);
  });
  return (
    <PublicLayout
      title={t('auth:sign_up.title')}
      lead={t('auth:sign_up.lead')}
      footer={
        <>
          {t('auth:sign_up.have_account')}{' '}
          <Anchor component={Link} to="/sign-in">
            {t('auth:sign_up.sign_in')}
          </Anchor>
        </>
      }
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <FormSummary message={summary} />
          <TextInput
            label={t('auth:field.organisation')}
            autoComplete="organization"
            {...form.getInputProps('organisation')}
          />
          <TextInput label={t('auth:field.name')} autoComplete="name" {...form.getInputProps('name')} />
          <TextInput
            label={t('auth:field.work_email')}
            type="email"
            inputMode="email"
            autoComplete="username"
            {...form.getInputProps('email')}
          />
          <PasswordField {...form.getInputProps('password')} value={form.values.password} />
          <Button
            variant="subtle"
            color="gray"
            size="compact-md"
            justify="flex-start"
            w="fit-content"
            aria-expanded={more}
            onClick={toggle}
            rightSection={more ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}
          >
            {t('auth:sign_up.more')}
          </Button>
          <Collapse expanded={more} keepMounted={false}>
            <Stack gap="md">
              <WorkspaceFields form={form} />
            </Stack>
          </Collapse>
          <Button type="submit" loading={busy} fullWidth>
            {t('auth:sign_up.submit')}
          </Button>
        </Stack>
      </form>
    </PublicLayout>
  );
}
