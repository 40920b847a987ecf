import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { User } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { useProfileChange } from '@/shared/session/session';
import { toast } from '@/shared/ui/toast';

const FIELDS = ['name'] as const;

export function NameForm({ user }: { user: User }) {
  const t = useText('profile');
  const change = useProfileChange();
  const form = useForm({
    initialValues: { name: user.name },
    validate: { name: (value) => (value.trim() ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ name }) => {
    await change.mutateAsync({ name: name.trim() });
    form.resetDirty();
    toast(t('profile:saved'));
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="xs">
        <FormSummary message={summary} />
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput label={t('profile:name')} autoComplete="name" flex={1} {...form.getInputProps('name')} />
          <Button type="submit" variant="default" loading={busy} disabled={!form.isDirty()}>
            {t('common:action.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
