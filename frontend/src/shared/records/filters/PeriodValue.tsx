import { Group, NumberInput, Select, Stack } from '@mantine/core';
import { textOr } from '@/shared/i18n/text';
import { COUNTED, counted, NAMED, readPeriod, UNITS, type Counted, type Unit } from '../model/periods';
import type { Display } from '../values/display';

interface Props {
  display: Display;
  value: unknown;
  onChange: (value: unknown) => void;
}

const MOST = 9999;

/** A period in the words people use: a name, or a number of units. */
export function PeriodValue({ display, value, onChange }: Props) {
  const { t } = display;
  const read = readPeriod(value);
  const { count, unit } = read ?? { count: 7, unit: 'day' as Unit };
  const isCounted = (COUNTED as readonly string[]).includes(read?.shape ?? '');
  const shape = read?.shape as Counted;
  const choose = (next: string | null): void => {
    if (next === null) return;
    onChange(NAMED[next] ?? counted(next as Counted, isCounted ? count : 7, isCounted ? unit : 'day'));
  };
  return (
    <Stack gap={6}>
      <Select
        aria-label={t('records:period.label')}
        placeholder={t('records:period.choose')}
        data={[
          ...Object.keys(NAMED).map((name) => ({ value: name, label: textOr(t, `records:period.named.${name}`, name) })),
          ...COUNTED.map((name) => ({ value: name, label: textOr(t, `records:period.shape.${name}`, name) })),
        ]}
        value={read?.shape ?? null}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        maxDropdownHeight={260}
        onChange={choose}
      />
      {isCounted && (
        <Group gap={6} grow wrap="nowrap">
          <NumberInput
            aria-label={t('records:period.count')}
            min={1}
            max={MOST}
            clampBehavior="strict"
            allowDecimal={false}
            value={count}
            onChange={(next) => typeof next === 'number' && onChange(counted(shape, next, unit))}
          />
          <Select
            aria-label={t('records:period.unit')}
            data={UNITS.map((name) => ({ value: name, label: textOr(t, `records:period.units.${name}`, name) }))}
            value={unit}
            allowDeselect={false}
            comboboxProps={{ withinPortal: false }}
            onChange={(next) => next && onChange(counted(shape, count, next))}
          />
        </Group>
      )}
    </Stack>
  );
}
