import { Radio, Stack, Text } from '@mantine/core';
import type { BadCells, DuplicateRule, Import, ImportPatch, ImportPreview } from '@/api/types';
import { textOr, useText } from '@/shared/i18n/text';
import { useIsAssigned } from '@/shared/workspace/assignment';
import { PreviewTable } from './PreviewTable';

interface Props {
  run: Import;
  preview: ImportPreview;
  targetLabel: (index: number) => string | null;
  onChange: (change: ImportPatch) => void;
}

const RULES: DuplicateRule[] = ['skip', 'fill', 'update', 'create'];
const OWNERS: Import['unowned'][] = ['importer', 'rules'];
const CELLS: BadCells[] = ['reject', 'notes'];

/** What to do with rows that are known already and with cells that cannot be read; the preview shows the effect. */
export function DuplicatesStep({ run, preview, targetLabel, onChange }: Props) {
  const t = useText('imports');
  const isAssigned = useIsAssigned(run.object);
  return (
    <Stack gap="lg">
      <Radio.Group
        label={t('imports:duplicates.title')}
        description={t('imports:duplicates.help')}
        value={run.duplicates}
        onChange={(rule) => onChange({ duplicates: rule })}
      >
        <Stack gap="xs" mt="xs">
          {RULES.map((rule) => (
            <Radio
              key={rule}
              value={rule}
              label={textOr(t, `imports:duplicates.${rule}.label`, rule)}
              description={textOr(t, `imports:duplicates.${rule}.help`, '')}
            />
          ))}
        </Stack>
      </Radio.Group>
      <Radio.Group
        label={t('imports:bad_cells.title')}
        value={run.bad_cells}
        onChange={(cells) => onChange({ bad_cells: cells })}
      >
        <Stack gap="xs" mt="xs">
          {CELLS.map((cells) => (
            <Radio
              key={cells}
              value={cells}
              label={textOr(t, `imports:bad_cells.${cells}.label`, cells)}
              description={textOr(t, `imports:bad_cells.${cells}.help`, '')}
            />
          ))}
        </Stack>
      </Radio.Group>
      {(isAssigned || run.unowned === 'rules') && (
        <Radio.Group
          label={t('imports:unowned.title')}
          value={run.unowned}
          onChange={(unowned) => onChange({ unowned })}
        >
          <Stack gap="xs" mt="xs">
            {OWNERS.map((owner) => (
              <Radio
                key={owner}
                value={owner}
                label={t(`imports:unowned.${owner}.label`)}
                description={t(`imports:unowned.${owner}.help`)}
              />
            ))}
          </Stack>
        </Radio.Group>
      )}
      <div>
        <Text fw={500} mb={6}>
          {t('imports:duplicates.effect')}
        </Text>
        <PreviewTable preview={preview} targetLabel={targetLabel} />
      </div>
    </Stack>
  );
}
