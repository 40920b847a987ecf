import { useState } from 'react';
import { Checkbox, Combobox, Group, TextInput, useCombobox } from '@mantine/core';
import type { Field } from '@/api/types';
import type { PickOption } from '../editors/options';
import type { Display } from '../values/display';
import { FieldValue } from '../values/FieldValue';
import classes from './filters.module.css';

interface Props {
  display: Display;
  field: Field;
  label: string;
  options: PickOption[];
  value: string[];
  onChange: (value: string[]) => void;
}

const LIMIT = 100;

/** Several options at once: found by typing, ticked by Enter or a click. */
export function CheckList({ display, field, label, options, value, onChange }: Props) {
  const { t } = display;
  const [typed, setTyped] = useState('');
  const combobox = useCombobox();
  const wanted = typed.trim().toLowerCase();
  const found = options.filter((option) => option.label.toLowerCase().includes(wanted)).slice(0, LIMIT);
  const toggle = (option: string): void =>
    onChange(value.includes(option) ? value.filter((each) => each !== option) : [...value, option]);
  return (
    <Combobox store={combobox} onOptionSubmit={toggle}>
      <Combobox.EventsTarget>
        <TextInput
          value={typed}
          aria-label={label}
          placeholder={t('records:filter.find_value')}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.updateSelectedOptionIndex();
          }}
          data-autofocus
        />
      </Combobox.EventsTarget>
      <Combobox.Options className={classes.options} aria-label={label} aria-multiselectable>
        {found.map((option) => {
          const checked = value.includes(option.value);
          return (
            <Combobox.Option key={option.value} value={option.value} active={checked} aria-selected={checked}>
              <Group gap={8} wrap="nowrap">
                <Checkbox.Indicator size="xs" checked={checked} aria-hidden />
                <FieldValue display={display} field={field} value={option.value} inCell />
              </Group>
            </Combobox.Option>
          );
        })}
        {found.length === 0 && <Combobox.Empty>{t('records:editor.nothing_found')}</Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  );
}
