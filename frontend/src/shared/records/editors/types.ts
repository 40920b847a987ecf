import type { Field } from '@/api/types';
import type { Display } from '../values/display';

/** What every editor of a kind takes. An editor is mounted anew for each value it edits; it does not follow `value`. */
export interface EditorProps {
  display: Display;
  field: Field;
  label: string;
  /** In a cell or in place of a value the label is there already: only screen readers get it again. */
  bare?: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
  /** Something was picked, which is a decision of its own: no further Enter is needed. */
  onPick?: (value: unknown) => void;
  error?: string | undefined;
  /** Errors of single items of a list, by index. */
  itemErrors?: Record<number, string>;
  help?: string | undefined;
  required?: boolean;
  /** Of a choice: the values it may take now; all when absent. */
  allowed?: string[] | null;
  /** Start with the list of options open. */
  opened?: boolean;
}

/** Label props for a Mantine input. */
export function naming({ label, bare, error, help, required }: EditorProps) {
  if (bare) return { 'aria-label': label, error, ...(help ? { description: help } : {}) };
  return { label, error, withAsterisk: required ?? false, ...(help ? { description: help } : {}) };
}
