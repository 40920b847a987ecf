import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { refreshSession } from '@/shared/session/session';
import { createWorkspace } from '../api/access';
import { guessedWorkspace, WORKSPACE_FIELDS, workspaceDraft } from '../workspaceForm';
import { WorkspaceFields } from './WorkspaceFields';

interface Props {
  onCreated?: () => void;
  onCancel?: () => void;
}

/** Create one more workspace and go there; it shows how far the building is. */
export function WorkspaceForm({ onCreated, onCancel }: Props) {
  const t = useText('auth');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: guessedWorkspace(),
    validate: { organisation: (value) => (value.trim() ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, WORKSPACE_FIELDS, async (values) => {
    const workspace = await createWorkspace(workspaceDraft(values));
    await refreshSession(queryClient);
    onCreated?.();
    await navigate({ to: '/w/$slug', params: { slug: workspace.slug } });
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <FormSummary message={summary} />
        <TextInput
          label={t('auth:field.organisation')}
          data-autofocus
          autoComplete="organization"
          {...form.getInputProps('organisation')}
        />
        <WorkspaceFields form={form} />
        <Group justify="flex-end" gap="xs">
          {onCancel && (
            <Button variant="default" onClick={onCancel}>
              {t('common:action.cancel')}
            </Button>
          )}
          <Button type="submit" loading={busy}>
            {t('auth:workspace.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
