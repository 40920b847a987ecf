import { useState } from 'react';
import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useWorkspace } from '@/shared/workspace/workspace';
import { exportHref, type ExportChoice } from '../data/export';
import type { ListState } from '../data/queries';
import type { Column } from '../model/columns';
import { fieldLabel } from '../model/labels';
import { fieldOf } from '../model/record';
import type { Display } from '../values/display';

interface Props {
  display: Display;
  state: ListState;
  columns: Column[];
  /** "120 leads", as far as is known. */
  shown: string | undefined;
  fullScreen: boolean;
  onClose: () => void;
}

/** How the list, as it is shown, becomes a file. */
export function ExportDialog({ display, state, columns, shown, fullScreen, onClose }: Props) {
  const { t, object } = display;
  const workspace = useWorkspace();
  const [format, setFormat] = useState<ExportChoice['format']>('xlsx');
  const [which, setWhich] = useState<'shown' | 'all'>('shown');
  const [called, setCalled] = useState<'labels' | 'names'>('labels');
  const fields = which === 'shown' ? columns.map(({ name }) => name) : object.fields.map(({ name }) => name);
  const labels = fields.flatMap((name) => {
    const field = fieldOf(object, name);
    return field ? [fieldLabel(t, field)] : [];
  });
  const href = exportHref(workspace, object, state, { format, fields, headers: called === 'labels' ? labels : null });
  return (
    <Modal
      opened
      onClose={onClose}
      title={shown ? t('records:export.title', { what: shown }) : t('records:list.export')}
      fullScreen={fullScreen}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {t('records:export.about')}
        </Text>
        <Radio.Group label={t('records:export.format')} value={format} onChange={(next) => setFormat(next)}>
          <Stack gap={8} mt={6}>
            <Radio value="xlsx" label={t('records:export.xlsx')} description={t('records:export.xlsx_help')} />
            <Radio value="csv" label={t('records:export.csv')} description={t('records:export.csv_help')} />
          </Stack>
        </Radio.Group>
        <Radio.Group label={t('records:export.columns')} value={which} onChange={(next) => setWhich(next)}>
          <Stack gap={8} mt={6}>
            <Radio value="shown" label={t('records:export.shown', { count: columns.length })} />
            <Radio value="all" label={t('records:export.all', { count: object.fields.length })} />
          </Stack>
        </Radio.Group>
        <Radio.Group label={t('records:export.headers')} value={called} onChange={(next) => setCalled(next)}>
          <Stack gap={8} mt={6}>
            <Radio value="labels" label={t('records:export.labels')} />
            <Radio value="names" label={t('records:export.names')} description={t('records:export.names_help')} />
          </Stack>
        </Radio.Group>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button component="a" href={href} download leftSection={<IconDownload size={16} stroke={1.5} />} onClick={onClose}>
            {t('records:export.submit')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
