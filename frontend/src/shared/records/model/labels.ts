import type { Field, ObjectType } from '@/api/types';
import type { Translate } from '@/shared/i18n/resources';
import { textOr } from '@/shared/i18n/text';
import '../namespace';

function words(name: string): string {
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What people call a field. */
export function fieldLabel(t: Translate, field: Field): string {
  return textOr(t, `records:label.${field.label_key}`, words(field.name));
}

/** What people call the option of a choice; a workspace's own option is called by its label or its value. */
export function optionLabel(t: Translate, field: Field, value: string): string {
  const option = field.options?.find((each) => each.value === value);
  if (!option?.label_key) return option?.label ?? value;
  return textOr(t, `records:label.${option.label_key}`, option.label ?? words(value));
}

export function groupLabel(t: Translate, object: ObjectType, group: string): string {
  return textOr(t, `records:label.${object.name}.group.${group}`, words(group));
}

/** The help under a field, if there is any. */
export function fieldHelp(t: Translate, field: Field): string | undefined {
  return field.help_key ? textOr(t, `records:label.${field.help_key}`, '') || undefined : undefined;
}

/** An operator in words; dates have words of their own ("before" for "less than"). */
export function operatorLabel(t: Translate, field: Field | undefined, op: string): string {
  const plain = textOr(t, `records:operator.${op}`, words(op));
  const isTime = field?.kind === 'date' || field?.kind === 'instant';
  return isTime ? textOr(t, `records:time_operator.${op}`, plain) : plain;
}
