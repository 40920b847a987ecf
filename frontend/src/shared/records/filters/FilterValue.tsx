import { Group, TextInput } from '@mantine/core';
import type { Field } from '@/api/types';
import { FieldEditor } from '../editors/FieldEditor';
import { useOptions } from '../editors/options';
import { fieldLabel } from '../model/labels';
import { arityOf, type Leaf } from '../model/filters';
import { textOf, textsOf } from '../model/values';
import { externalIds } from '../values/text';
import type { Display } from '../values/display';
import { CheckList } from './CheckList';
import { PeriodValue } from './PeriodValue';

interface Props {
  display: Display;
  field: Field;
  leaf: Leaf;
  onChange: (value: unknown) => void;
}

function Many({ display, field, leaf, onChange }: Props) {
  const options = useOptions(display, field, null);
  const label = fieldLabel(display.t, field);
  if (options.length === 0) return <Words display={display} field={field} leaf={leaf} onChange={(text) => onChange([text])} />;
  return (
    <CheckList display={display} field={field} label={label} options={options} value={textsOf(leaf.value)} onChange={onChange} />
  );
}

function Words({ display, field, leaf, onChange }: Props) {
  return (
    <TextInput
      aria-label={fieldLabel(display.t, field)}
      defaultValue={Array.isArray(leaf.value) ? textsOf(leaf.value)[0] : textOf(leaf.value)}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
      maxLength={200}
      autoComplete="off"
      data-autofocus
    />
  );
}

function ExternalId({ display, leaf, onChange }: Props) {
  const [known = { system: '', value: '' }] = externalIds(leaf.value);
  const emit = (part: Partial<typeof known>): void => {
    Object.assign(known, part);
    onChange(known.system.trim() && known.value.trim() ? [{ ...known }] : null);
  };
  return (
    <Group gap={6} wrap="nowrap" grow>
      <TextInput
        aria-label={display.t('records:editor.external_system', { number: 1 })}
        placeholder={display.t('records:editor.external_system_example')}
        defaultValue={known.system}
        onChange={(event) => emit({ system: event.currentTarget.value })}
        data-autofocus
      />
      <TextInput
        aria-label={display.t('records:editor.external_value', { number: 1 })}
        placeholder={display.t('records:editor.external_value_example')}
        defaultValue={known.value}
        onChange={(event) => emit({ value: event.currentTarget.value })}
      />
    </Group>
  );
}

function Single({ display, field, value, onChange }: Omit<Props, 'leaf'> & { value: unknown }) {
  return (
    <FieldEditor
      display={display}
      field={{ ...field, required: true, extensible: false }}
      label={fieldLabel(display.t, field)}
      bare
      value={value}
      onChange={onChange}
    />
  );
}

const EDITED_AS_THEY_ARE = new Set<Field['kind']>(['date', 'instant', 'money', 'integer', 'choice', 'member', 'country']);

/** The value of a condition, edited by the kind of the field and the number of values the operator takes. */
export function FilterValue(props: Props) {
  const { display, field, leaf, onChange } = props;
  const arity = arityOf(leaf.op);
  if (arity === 'none') return null;
  if (arity === 'period') return <PeriodValue display={display} value={leaf.value} onChange={onChange} />;
  if (arity === 'many') return <Many {...props} />;
  if (field.kind === 'external_ids') return <ExternalId {...props} />;
  if (!EDITED_AS_THEY_ARE.has(field.kind)) return <Words {...props} />;
  if (arity === 'one') return <Single display={display} field={field} value={leaf.value} onChange={onChange} />;
  const [from, to] = Array.isArray(leaf.value) ? (leaf.value as unknown[]) : [null, null];
  return (
    <Group gap={6} wrap="nowrap" align="start" grow>
      <Single display={display} field={field} value={from} onChange={(next) => onChange([next, to])} />
      <Single display={display} field={field} value={to} onChange={(next) => onChange([from, next])} />
    </Group>
  );
}
