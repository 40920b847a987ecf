import { useState } from 'react';
import { Button, Popover } from '@mantine/core';
import { IconFilterPlus } from '@tabler/icons-react';
import type { Field } from '@/api/types';
import { operatorsOf, type Leaf } from '../model/filters';
import type { Display } from '../values/display';
import { FieldPicker } from './FieldPicker';
import { FilterEditor } from './FilterEditor';

interface Props {
  display: Display;
  onAdd: (leaf: Leaf) => void;
}

/** A field, then what is asked of it. */
export function AddFilter({ display, onAdd }: Props) {
  const { t } = display;
  const [opened, setOpened] = useState(false);
  const [field, setField] = useState<Field | null>(null);
  const close = (): void => {
    setOpened(false);
    setField(null);
  };
  return (
    <Popover
      opened={opened}
      onChange={(next) => (next ? setOpened(true) : close())}
      position="bottom-start"
      shadow="md"
      width={320}
      trapFocus
      returnFocus
      transitionProps={{ duration: 0 }}
    >
      <Popover.Target>
        <Button
          variant="default"
          size="compact-md"
          leftSection={<IconFilterPlus size={16} stroke={1.5} />}
          onClick={() => (opened ? close() : setOpened(true))}
        >
          {t('records:filter.add')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={10} key={field?.name ?? 'fields'}>
        {field ? (
          <FilterEditor
            display={display}
            field={field}
            leaf={{ field: field.name, op: operatorsOf(field)[0] ?? 'is_not_empty' }}
            onApply={(leaf) => {
              close();
              onAdd(leaf);
            }}
            onCancel={close}
          />
        ) : (
          <FieldPicker display={display} onPick={setField} />
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
