import { useState } from 'react';
import type { UseFormReturnType } from '@mantine/form';
import { useText } from '@/shared/i18n/text';
import { formErrors } from './problems';

interface FormSubmit<V> {
  /** For `<form onSubmit={...}>`: validates, sends, and puts what the server refuses beside the fields. */
  onSubmit: ReturnType<UseFormReturnType<V>['onSubmit']>;
  busy: boolean;
  /** What belongs to no field; show it with `<FormSummary>`. */
  summary: string | null;
}

/**
 * Send a form. `fields` are the paths that the form shows; `send` throws the API's refusals. The first field in error
 * takes the focus.
 */
export function useFormSubmit<V extends Record<string, unknown>>(
  form: UseFormReturnType<V>,
  fields: readonly (keyof V & string)[],
  send: (values: V) => Promise<void>,
): FormSubmit<V> {
  const t = useText();
  const [busy, setBusy] = useState(false);
  const [summary, setSummary] = useState<string | null>(null);
  const focusFirst = (errors: Record<string, unknown>): void => {
    const first = fields.find((field) => errors[field]);
    if (first) form.getInputNode(first)?.focus();
  };
  const run = async (values: V): Promise<void> => {
    setBusy(true);
    setSummary(null);
    try {
      await send(values);
    } catch (error) {
      const refused = formErrors(t, error, fields);
      form.setErrors(refused.fields);
      setSummary(refused.summary);
      focusFirst(refused.fields);
    } finally {
      setBusy(false);
    }
  };
  return { onSubmit: form.onSubmit((values) => void run(values), focusFirst), busy, summary };
}
