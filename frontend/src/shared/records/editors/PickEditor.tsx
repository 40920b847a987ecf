import { useState } from 'react';
import { Select, type SelectProps } from '@mantine/core';
import { textOf } from '../model/values';
import { FieldValue } from '../values/FieldValue';
import { useOptions, type PickOption } from './options';
import { naming, type EditorProps } from './types';

const LIMIT = 100;

/** Own words become an option when the workspace may add to the list and nothing is called that yet. */
function ownOption(options: PickOption[], typed: string, extensible: boolean): string | null {
  const text = typed.trim();
  if (!extensible || text === '') return null;
  const exists = options.some(({ value, label }) => value === text || label.toLowerCase() === text.toLowerCase());
  return exists ? null : text;
}

/** Choose one option, member or country, by search. */
export function PickEditor(props: EditorProps) {
  const { display, field, value, onChange, onPick, allowed, opened } = props;
  const options = useOptions(display, field, allowed);
  const [picked, setPicked] = useState(textOf(value) || null);
  const [typed, setTyped] = useState('');
  const own = ownOption(options, typed, field.extensible ?? false);
  const extra = picked && !options.some((option) => option.value === picked) ? [{ value: picked, label: labelOf(picked) }] : [];
  const data = [...options, ...extra, ...(own ? [{ value: own, label: own }] : [])];
  const canBeEmpty = !field.required && !(field.name in display.object.transitions);

  function labelOf(id: string): string {
    return field.kind === 'member' ? (display.member(id)?.name ?? display.t('records:value.former_member')) : display.option(field, id);
  }
  const renderOption: NonNullable<SelectProps['renderOption']> = ({ option }) =>
    option.value === own ? (
      display.t('records:editor.create_option', { option: own })
    ) : (
      <FieldValue display={display} field={field} value={option.value} inCell />
    );
  return (
    <Select
      {...naming(props)}
      data={data}
      value={picked}
      searchable
      clearable={canBeEmpty}
      allowDeselect={false}
      selectFirstOptionOnChange
      limit={LIMIT}
      renderOption={renderOption}
      onSearchChange={setTyped}
      nothingFoundMessage={display.t('records:editor.nothing_found')}
      defaultDropdownOpened={opened ?? false}
      comboboxProps={{ withinPortal: false }}
      maxDropdownHeight={260}
      autoComplete="off"
      data-autofocus
      onChange={(next) => {
        setPicked(next);
        onChange(next);
        onPick?.(next);
      }}
    />
  );
}
