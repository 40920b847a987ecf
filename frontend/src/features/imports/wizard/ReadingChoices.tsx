import { Group, Select } from '@mantine/core';
import type { DateOrder, DecimalMark, Import, ImportPatch } from '@/api/types';
import { useText } from '@/shared/i18n/text';

interface Props {
  run: Import;
  needs: { dates: boolean; numbers: boolean };
  onChange: (change: ImportPatch) => void;
}

const BY_ITSELF = '';

/** How 03/04/2026 and 1.234 are meant, when the file itself does not say. */
export function ReadingChoices({ run, needs, onChange }: Props) {
  const t = useText('imports');
  if (!needs.dates && !needs.numbers) return null;
  const orders = [
    { value: BY_ITSELF, label: t('imports:match.by_itself') },
    { value: 'dmy', label: t('imports:match.dmy') },
    { value: 'mdy', label: t('imports:match.mdy') },
    { value: 'ymd', label: t('imports:match.ymd') },
  ];
  const marks = [
    { value: BY_ITSELF, label: t('imports:match.by_itself') },
    { value: '.', label: t('imports:match.point') },
    { value: ',', label: t('imports:match.comma') },
  ];
  return (
    <Group gap="md" align="end">
      {needs.dates && (
        <Select
          label={t('imports:match.date_order')}
          data={orders}
          value={run.date_order ?? BY_ITSELF}
          allowDeselect={false}
          onChange={(order) => onChange({ date_order: order ? (order as DateOrder) : null })}
        />
      )}
      {needs.numbers && (
        <Select
          label={t('imports:match.decimal')}
          data={marks}
          value={run.decimal ?? BY_ITSELF}
          allowDeselect={false}
          onChange={(mark) => onChange({ decimal: mark ? (mark as DecimalMark) : null })}
        />
      )}
    </Group>
  );
}
