import { useState } from 'react';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import type { Field } from '@/api/types';
import { arityOf, isComplete, operatorsOf, type Leaf } from '../model/filters';
import { fieldLabel, operatorLabel } from '../model/labels';
import type { Display } from '../values/display';
import { FilterValue } from './FilterValue';

interface Props {
  display: Display;
  field: Field;
  leaf: Leaf;
  onApply: (leaf: Leaf) => void;
  onCancel: () => void;
}

/** The value is kept where the new operator takes the same number of values. */
function withOperator(leaf: Leaf, op: string): Leaf {
  const { field, value } = leaf;
  return arityOf(op) === arityOf(leaf.op) && value !== undefined ? { field, op, value } : { field, op };
}

function cleaned({ field, op, value }: Leaf): Leaf {
  return arityOf(op) === 'none' ? { field, op } : { field, op, value };
}

/** Operator and value of one condition. */
export function FilterEditor({ display, field, leaf: given, onApply, onCancel }: Props) {
  const { t } = display;
  const [leaf, setLeaf] = useState(given);
  const ready = isComplete(leaf);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        if (ready) onApply(cleaned(leaf));
      }}
    >
      <Stack gap={8}>
        <Text size="sm" fw={500}>
          {fieldLabel(t, field)}
        </Text>
        <Select
          aria-label={t('records:filter.operator')}
          data={operatorsOf(field).map((op) => ({ value: op, label: operatorLabel(t, field, op) }))}
          value={leaf.op}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          onChange={(op) => op && setLeaf(withOperator(leaf, op))}
        />
        <FilterValue
          key={arityOf(leaf.op)}
          display={display}
          field={field}
          leaf={leaf}
          onChange={(value) => setLeaf((now) => ({ ...now, value }))}
        />
        <Group gap={6} justify="flex-end">
          <Button variant="subtle" color="gray" size="compact-sm" onClick={onCancel}>
            {t('common:action.cancel')}
          </Button>
          <Button type="submit" size="compact-sm" disabled={!ready}>
            {t('records:filter.apply')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
