import { useState } from 'react';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { refreshSession } from '@/shared/session/session';
import { useMe, useWorkspace } from '@/shared/workspace/workspace';
import { closeWorkspace } from '../api/queries';

const FIELDS = ['name'] as const;

/** Closes the workspace for everybody; it is deleted later, and its owner can open it again until then. */
export function CloseWorkspace() {
  const t = useText('data');
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button color="red" variant="outline" onClick={() => setAsking(true)}>
        {t('data:close.ask')}
      </Button>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('data:close.title')}>
        <Confirm onCancel={() => setAsking(false)} />
      </Modal>
    </>
  );
}

function Confirm({ onCancel }: { onCancel: () => void }) {
  const t = useText('data');
  const { id } = useWorkspace();
  const { name } = useMe().workspace;
  const client = useQueryClient();
  const router = useRouter();
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (value) => (value.trim() === name.trim() ? null : t('errors:field.name_differs')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async (values) => {
    await closeWorkspace(id, values.name);
    await refreshSession(client);
    await router.invalidate();
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        <FormSummary message={summary} />
        <Text>{t('data:close.what')}</Text>
        <TextInput
          label={t('data:close.type', { name })}
          autoComplete="off"
          data-autofocus
          {...form.getInputProps('name')}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {t('common:action.cancel')}
          </Button>
          <Button color="red" type="submit" loading={busy}>
            {t('data:close.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
