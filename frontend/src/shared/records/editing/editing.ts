import { createContext, useContext } from 'react';
import type { Faults } from '../model/faults';
import type { RecordData, Values } from '../model/record';

export type Outcome = { saved: true } | { saved: false; faults: Faults };

export interface Editing {
  /**
   * Save some fields of a record: shown at once, taken back when refused. A conflict with somebody else's change is
   * settled in a dialog of its own and counts as saved here.
   */
  save: (record: RecordData, values: Values) => Promise<Outcome>;
}

export const EditingContext = createContext<Editing | null>(null);

export function useEditing(): Editing {
  const editing = useContext(EditingContext);
  if (!editing) throw new Error('useEditing is only for what stands inside <EditingProvider>');
  return editing;
}
