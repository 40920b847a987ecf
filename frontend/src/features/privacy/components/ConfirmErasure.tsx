import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Erasure } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { useWorkspace } from '@/shared/workspace/workspace';
import { useConfirm, type Choice } from '../api/queries';

interface Props {
  erasure: Erasure;
  choice: Omit<Choice, 'typed'>;
  onClose: () => void;
}

const FIELDS = ['typed'] as const;

/** The last question before what cannot be undone: whom it is about, typed. */
export function ConfirmErasure({ erasure, choice, onClose }: Props) {
  const t = useText('privacy');
  const confirm = useConfirm(useWorkspace(), erasure.id);
  const form = useForm({ initialValues: { typed: '' } });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ typed }) => {
    await confirm.mutateAsync({ ...choice, typed });
    onClose();
  });
  return (
    <Modal opened onClose={onClose} title={t('privacy:confirm.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="sm">
          <FormSummary message={summary} />
          <Text>{t(`privacy:confirm.${choice.mode}`, { count: choice.records.length })}</Text>
          <Text size="sm" c="dimmed">
            {t('privacy:confirm.backups')}
          </Text>
          <TextInput
            label={t('privacy:confirm.type', { title: erasure.title })}
            autoComplete="off"
            data-autofocus
            {...form.getInputProps('typed')}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button color="red" type="submit" loading={busy}>
              {t('privacy:confirm.erase')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
