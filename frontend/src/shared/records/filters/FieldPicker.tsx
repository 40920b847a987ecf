import { useState } from 'react';
import { Combobox, TextInput, useCombobox } from '@mantine/core';
import type { Field } from '@/api/types';
import { askedFields } from '../model/record';
import { fieldLabel, groupLabel } from '../model/labels';
import type { Display } from '../values/display';
import classes from './filters.module.css';

interface Props {
  display: Display;
  onPick: (field: Field) => void;
}

/** The fields that can be asked, by group, found by typing. */
export function FieldPicker({ display, onPick }: Props) {
  const { t, object } = display;
  const [typed, setTyped] = useState('');
  const combobox = useCombobox();
  const wanted = typed.trim().toLowerCase();
  const fields = askedFields(object).filter((field) => fieldLabel(t, field).toLowerCase().includes(wanted));
  const groups = [...new Set(fields.map(({ group }) => group))];
  return (
    <Combobox
      store={combobox}
      onOptionSubmit={(name) => {
        const field = fields.find((each) => each.name === name);
        if (field) onPick(field);
      }}
    >
      <Combobox.EventsTarget>
        <TextInput
          value={typed}
          aria-label={t('records:filter.find_field')}
          placeholder={t('records:filter.find_field')}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            combobox.updateSelectedOptionIndex();
          }}
          data-autofocus
        />
      </Combobox.EventsTarget>
      <Combobox.Options className={classes.fields} aria-label={t('records:filter.fields')}>
        {groups.map((group) => (
          <Combobox.Group key={group} label={groupLabel(t, object, group)}>
            {fields
              .filter((field) => field.group === group)
              .map((field) => (
                <Combobox.Option key={field.name} value={field.name}>
                  {fieldLabel(t, field)}
                </Combobox.Option>
              ))}
          </Combobox.Group>
        ))}
        {fields.length === 0 && <Combobox.Empty>{t('records:editor.nothing_found')}</Combobox.Empty>}
      </Combobox.Options>
    </Combobox>
  );
}
