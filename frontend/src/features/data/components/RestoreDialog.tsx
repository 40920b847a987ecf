import { Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Backup } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useFormat } from '@/shared/format/useFormat';
import { textOr, useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { useMe, useObjects, useWorkspace } from '@/shared/workspace/workspace';
import { askForRestore, backupQuery } from '../api/queries';
import classes from './Rows.module.css';

const FIELDS = ['name'] as const;

/** Compares a backup with what is there, and asks to put it in its place. */
export function RestoreDialog({ backup, onClose }: { backup: Backup; onClose: () => void }) {
  const t = useText('data');
  const format = useFormat();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('data:restore.title', { date: format.dateTime(backup.taken_at) })}
    >
      <Stack gap="md">
        <Text>{t('data:restore.what')}</Text>
        <Comparison id={backup.id} />
        <Confirm id={backup.id} onClose={onClose} />
      </Stack>
    </Modal>
  );
}

function Comparison({ id }: { id: string }) {
  const t = useText('data', 'leads');
  const format = useFormat();
  const objects = useObjects();
  const { data, error, refetch } = useQuery(backupQuery(useWorkspace(), id));
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <RowsSkeleton rows={2} />;
  const nameOf = (type: string): string => {
    const plural = objects.find(({ name }) => name === type)?.plural ?? type;
    return textOr(t, `${plural}:title`, plural);
  };
  return (
    <Table className={classes.facts}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('data:restore.object')}</Table.Th>
          <Table.Th ta="end">{t('data:restore.then')}</Table.Th>
          <Table.Th ta="end">{t('data:restore.now')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {data.counts.map(({ type, then, now }) => (
          <Table.Tr key={type}>
            <Table.Td>{nameOf(type)}</Table.Td>
            <Table.Td ta="end">{then === null ? t('data:restore.unknown') : format.number(then)}</Table.Td>
            <Table.Td ta="end">{format.number(now)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Confirm({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText('data');
  const workspace = useWorkspace();
  const { name } = useMe().workspace;
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: '' },
    validate: { name: (value) => (value.trim() === name.trim() ? null : t('errors:field.name_differs')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async (values) => {
    await askForRestore(workspace, client, { backup_id: id, name: values.name });
    onClose();
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="sm">
        <FormSummary message={summary} />
        <TextInput label={t('data:restore.type', { name })} autoComplete="off" {...form.getInputProps('name')} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button color="red" type="submit" loading={busy}>
            {t('data:restore.confirm')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
