import { Button, Group, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { ApiProblem } from '@/api/problem';
import { errorMessage, fieldMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { useWorkspace } from '@/shared/workspace/workspace';
import { useLook } from '../api/queries';
import { subjectOf } from '../words';

/** Looks for everything about whoever has an address or a number. */
export function FindPerson() {
  const t = useText('privacy');
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const look = useLook(workspace);
  const form = useForm({
    initialValues: { typed: '' },
    validate: { typed: (value) => (value.trim() ? null : t('errors:field.required')) },
  });
  const onSubmit = form.onSubmit(({ typed }) =>
    look.mutate(subjectOf(typed), {
      onSuccess: ({ id }) =>
        void navigate({ to: '/w/$slug/settings/privacy/$erasureId', params: { slug: workspace.slug, erasureId: id } }),
      onError: (error) => {
        const first = error instanceof ApiProblem ? error.errors[0] : undefined;
        form.setFieldError('typed', first ? fieldMessage(t, first) : errorMessage(t, error));
      },
    }),
  );
  return (
    <form onSubmit={onSubmit} noValidate>
      <Group align="start" gap="sm">
        <TextInput
          aria-label={t('privacy:find.label')}
          placeholder={t('privacy:find.label')}
          autoComplete="off"
          flex="1 1 220px"
          maxLength={320}
          {...form.getInputProps('typed')}
        />
        <Button type="submit" variant="default" leftSection={<IconSearch size={16} stroke={1.5} />} loading={look.isPending}>
          {t('privacy:find.look')}
        </Button>
      </Group>
    </form>
  );
}
