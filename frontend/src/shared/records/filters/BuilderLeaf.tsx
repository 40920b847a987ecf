import { ActionIcon, Select } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { Field } from '@/api/types';
import { arityOf, operatorsOf, type Leaf } from '../model/filters';
import { fieldLabel, groupLabel, operatorLabel } from '../model/labels';
import { askedField, askedFields } from '../model/record';
import type { Display } from '../values/display';
import { FilterValue } from './FilterValue';
import classes from './builder.module.css';

interface Props {
  display: Display;
  leaf: Leaf | null;
  onChange: (leaf: Leaf) => void;
  onRemove: () => void;
}

function choicesOf({ t, object }: Display): { group: string; items: { value: string; label: string }[] }[] {
  const asked = askedFields(object);
  const groups = [...new Set(asked.map(({ group }) => group))];
  return groups.map((group) => ({
    group: groupLabel(t, object, group),
    items: asked
      .filter((field) => field.group === group)
      .map((field) => ({ value: field.name, label: fieldLabel(t, field) })),
  }));
}

function startWith(field: Field): Leaf {
  return { field: field.name, op: operatorsOf(field)[0] ?? 'is_not_empty' };
}

/** One condition on a line: field, operator, value. */
export function BuilderLeaf({ display, leaf, onChange, onRemove }: Props) {
  const { t, object } = display;
  const field = leaf ? askedField(object, leaf.field) : undefined;
  const label = field ? fieldLabel(t, field) : t('records:builder.field');
  return (
    <div className={classes.leaf}>
      <Select
        searchable
        aria-label={t('records:builder.field')}
        placeholder={t('records:filter.find_field')}
        data={choicesOf(display)}
        value={leaf?.field ?? null}
        allowDeselect={false}
        onChange={(name) => {
          const chosen = name === null ? undefined : askedField(object, name);
          if (chosen) onChange(startWith(chosen));
        }}
      />
      {leaf && field && (
        <>
          <Select
            aria-label={t('records:filter.operator')}
            data={operatorsOf(field).map((op) => ({ value: op, label: operatorLabel(t, field, op) }))}
            value={leaf.op}
            allowDeselect={false}
            onChange={(op) => {
              if (!op) return;
              const kept = arityOf(op) === arityOf(leaf.op) && leaf.value !== undefined;
              onChange(kept ? { ...leaf, op } : { field: leaf.field, op });
            }}
          />
          <div className={classes.value}>
            <FilterValue
              key={`${leaf.field}/${arityOf(leaf.op)}`}
              display={display}
              field={field}
              leaf={leaf}
              onChange={(value) => onChange({ ...leaf, value })}
            />
          </div>
        </>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        className={classes.remove}
        aria-label={`${t('records:builder.remove_condition')}: ${label}`}
        onClick={onRemove}
      >
        <IconX size={16} stroke={1.5} />
      </ActionIcon>
    </div>
  );
}
