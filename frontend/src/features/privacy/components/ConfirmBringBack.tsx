import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { RetentionRun } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { toast, toastError } from '@/shared/ui/toast';
import { useBringBack } from '../api/retention';

/** The question before everything that a rule has deleted is there again. */
export function ConfirmBringBack({ run, onClose }: { run: RetentionRun; onClose: () => void }) {
  const t = useText('privacy');
  const format = useFormat();
  const bringBack = useBringBack();
  const bring = (): void =>
    bringBack.mutate(run.id, {
      onSuccess: () => {
        toast(t('privacy:kept.returning'));
        onClose();
      },
      onError: (error) => toastError(errorMessage(t, error)),
    });
  return (
    <Modal opened onClose={onClose} title={t('privacy:kept.bring_title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Stack gap="sm">
        <Text>{t('privacy:kept.bring_text', { count: run.deleted, shown: format.number(run.deleted) })}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button data-autofocus loading={bringBack.isPending} onClick={bring}>
            {t('privacy:kept.bring_back')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
