import { TagsInput } from '@mantine/core';
import { textsOf } from '../model/values';
import { naming, type EditorProps } from './types';

/** Words of the workspace's own; Enter or a comma ends one. */
export function TagsEditor(props: EditorProps) {
  const { display, field, value, onChange } = props;
  return (
    <TagsInput
      {...naming(props)}
      defaultValue={textsOf(value)}
      onChange={onChange}
      acceptValueOnBlur
      splitChars={[',', '，', ';', '；', '、']}
      placeholder={display.t('records:editor.add_tag')}
      comboboxProps={{ withinPortal: false }}
      {...(field.max_length === null ? {} : { maxLength: field.max_length })}
      data-autofocus
    />
  );
}
