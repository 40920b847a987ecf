import { useState } from 'react';
import { Button, Drawer, Select, Stack, Text } from '@mantine/core';
import { IconFilter, IconPlus } from '@tabler/icons-react';
import type { Field } from '@/api/types';
import { operatorsOf, type Node } from '../model/filters';
import { fieldLabel } from '../model/labels';
import { fieldsOf } from '../model/record';
import type { Display } from '../values/display';
import { FieldPicker } from './FieldPicker';
import { PartChips } from './FilterChips';
import { FilterEditor } from './FilterEditor';
import { OpenBuilder } from './OpenBuilder';
import classes from './filters.module.css';

interface Props {
  display: Display;
  parts: Node[];
  sort: string;
  onChange: (parts: Node[]) => void;
  onSort: (sort: string) => void;
}

/** Filters and order on a phone: a sheet from below. */
export function FilterSheet({ display, parts, sort, onChange, onSort }: Props) {
  const { t, object } = display;
  const [opened, setOpened] = useState(false);
  const [adding, setAdding] = useState<Field | 'choosing' | null>(null);
  const orders = fieldsOf(object)
    .filter(({ sortable }) => sortable)
    .flatMap((field) => [
      { value: field.name, label: t('records:list.ascending', { field: fieldLabel(t, field) }) },
      { value: `-${field.name}`, label: t('records:list.descending', { field: fieldLabel(t, field) }) },
    ]);
  return (
    <>
      <Button
        variant="default"
        className={classes.touch}
        leftSection={<IconFilter size={18} stroke={1.5} />}
        onClick={() => setOpened(true)}
      >
        {parts.length > 0 ? t('records:filter.button_count', { count: parts.length }) : t('records:filter.button')}
      </Button>
      <Drawer
        opened={opened}
        onClose={() => {
          setOpened(false);
          setAdding(null);
        }}
        position="bottom"
        size="auto"
        title={t('records:filter.sheet')}
        classNames={{ content: classes.sheet }}
      >
        <Stack gap="sm">
          {adding === null && (
            <>
              <Select
                label={t('records:list.order')}
                data={orders}
                value={sort}
                allowDeselect={false}
                onChange={(next) => next && onSort(next)}
              />
              {parts.length === 0 && <Text c="dimmed">{t('records:filter.none')}</Text>}
              <PartChips display={display} parts={parts} phone onChange={onChange} />
              <Button
                variant="default"
                className={classes.touch}
                leftSection={<IconPlus size={18} stroke={1.5} />}
                onClick={() => setAdding('choosing')}
              >
                {t('records:filter.add')}
              </Button>
              <OpenBuilder display={display} parts={parts} phone onChange={onChange} />
              <Button className={classes.touch} onClick={() => setOpened(false)}>
                {t('records:filter.show')}
              </Button>
            </>
          )}
          {adding === 'choosing' && <FieldPicker display={display} onPick={setAdding} />}
          {adding !== null && adding !== 'choosing' && (
            <FilterEditor
              display={display}
              field={adding}
              leaf={{ field: adding.name, op: operatorsOf(adding)[0] ?? 'is_not_empty' }}
              onApply={(leaf) => {
                setAdding(null);
                onChange([...parts, leaf]);
              }}
              onCancel={() => setAdding(null)}
            />
          )}
        </Stack>
      </Drawer>
    </>
  );
}
