import { NumberInput, Textarea, TextInput } from '@mantine/core';
import { textOf } from '../model/values';
import { naming, type EditorProps } from './types';

function emit(onChange: EditorProps['onChange'], text: string): void {
  onChange(text === '' ? null : text);
}

export function TextEditor(props: EditorProps) {
  const { field, value, onChange } = props;
  const isUrl = field.kind === 'url';
  return (
    <TextInput
      {...naming(props)}
      defaultValue={textOf(value)}
      onChange={(event) => emit(onChange, event.currentTarget.value)}
      {...(field.max_length === null ? {} : { maxLength: field.max_length })}
      {...(isUrl ? { type: 'text', inputMode: 'url', placeholder: 'https://' } : {})}
      autoComplete="off"
      data-autofocus
    />
  );
}

export function LongTextEditor(props: EditorProps) {
  const { field, value, onChange } = props;
  return (
    <Textarea
      {...naming(props)}
      autosize
      minRows={3}
      maxRows={14}
      defaultValue={textOf(value)}
      onChange={(event) => emit(onChange, event.currentTarget.value)}
      {...(field.max_length === null ? {} : { maxLength: field.max_length })}
      data-autofocus
    />
  );
}

export function IntegerEditor(props: EditorProps) {
  const { value, onChange } = props;
  return (
    <NumberInput
      {...naming(props)}
      defaultValue={typeof value === 'number' ? value : ''}
      allowDecimal={false}
      hideControls
      onChange={(next) => onChange(typeof next === 'number' ? next : null)}
      data-autofocus
    />
  );
}
