import { Alert, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { Import, ImportPatch, ImportPreview } from '@/api/types';
import { textOr, useText } from '@/shared/i18n/text';
import { DELIMITERS, ENCODINGS, encodingName } from '../model';
import { PreviewTable } from './PreviewTable';

interface Props {
  run: Import;
  preview: ImportPreview;
  targetLabel: (index: number) => string | null;
  onChange: (change: ImportPatch) => void;
}

/** What the file was found to be, to be corrected by hand, and its first rows. */
export function CheckStep({ run, preview, targetLabel, onChange }: Props) {
  const t = useText('imports');
  const encodings = ENCODINGS.includes(run.encoding ?? '') || !run.encoding ? ENCODINGS : [run.encoding, ...ENCODINGS];
  return (
    <Stack gap="md">
      <Group align="end" gap="md">
        {run.format === 'csv' && (
          <>
            <Select
              label={t('imports:check.encoding')}
              data={encodings.map((value) => ({ value, label: encodingName(value) }))}
              value={run.encoding}
              searchable
              allowDeselect={false}
              onChange={(encoding) => encoding && onChange({ encoding })}
            />
            <Select
              label={t('imports:check.delimiter')}
              data={DELIMITERS.map(({ value, name }) => ({ value, label: textOr(t, `imports:delimiter.${name}`, name) }))}
              value={run.delimiter}
              allowDeselect={false}
              onChange={(delimiter) => onChange({ delimiter: delimiter as ImportPatch['delimiter'] })}
            />
          </>
        )}
        {run.sheets.length > 1 && (
          <Select
            label={t('imports:check.sheet')}
            data={run.sheets}
            value={run.sheet}
            allowDeselect={false}
            onChange={(sheet) => sheet && onChange({ sheet })}
          />
        )}
        <Switch
          label={t('imports:check.has_header')}
          checked={run.has_header}
          mb={8}
          onChange={(event) => onChange({ has_header: event.currentTarget.checked })}
        />
      </Group>
      {run.notes.length > 0 && (
        <Alert variant="light" color="gray" icon={<IconInfoCircle size={18} />}>
          {run.notes.map((note) => (
            <Text key={note} size="sm">
              {textOr(t, `imports:note.${note}`, note)}
            </Text>
          ))}
        </Alert>
      )}
      {preview.rows.length === 0 ? (
        <Text c="dimmed">{t('imports:check.no_rows')}</Text>
      ) : (
        <PreviewTable preview={preview} targetLabel={targetLabel} />
      )}
    </Stack>
  );
}
