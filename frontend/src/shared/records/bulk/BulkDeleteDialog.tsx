import { useState } from 'react';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { FormSummary } from '@/shared/forms/FormSummary';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import type { Display } from '../values/display';
import { asked, type Chosen } from './data';
import { useBulk } from './useBulk';
import { countOf } from './words';

interface Props {
  display: Display;
  chosen: Chosen;
  count: number;
  onClose: () => void;
  onStarted: () => void;
}

/** Names the number before many are deleted; it can be undone all the same. */
export function BulkDeleteDialog({ display, chosen, count, onClose, onStarted }: Props) {
  const t = useText('bulk', 'records');
  const bulk = useBulk();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const what = countOf(t, display.format, display.object.name, count);
  const submit = async (): Promise<void> => {
    setBusy(true);
    try {
      await bulk.start(asked(display.object.name, 'delete', chosen));
      onStarted();
    } catch (error) {
      setRefusal(errorMessage(t, error));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={t('bulk:delete.title', { what })} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Stack gap="md">
        <FormSummary message={refusal} />
        <Text size="sm">{t('bulk:delete.text')}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common:action.cancel')}
          </Button>
          <Button color="red" loading={busy} onClick={() => void submit()}>
            {t('bulk:delete.submit', { what })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
