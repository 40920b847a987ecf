import { useMemo, useState, type ReactNode } from 'react';
import { toastError } from '@/shared/ui/toast';
import { ChangeConflict } from '../data/changes';
import { useRecords } from '../data/useRecords';
import { faultText, readFaults } from '../model/faults';
import type { RecordData, Values } from '../model/record';
import type { Display } from '../values/display';
import { ConflictDialog } from './ConflictDialog';
import { EditingContext, type Editing, type Outcome } from './editing';

/** Lets everything inside save fields, and settles conflicts for all of it. */
export function EditingProvider({ display, children }: { display: Display; children: ReactNode }) {
  const { t, object } = display;
  const records = useRecords(object);
  const [conflict, setConflict] = useState<ChangeConflict | null>(null);
  const editing = useMemo<Editing>(() => {
    const save = async (record: RecordData, values: Values): Promise<Outcome> => {
      try {
        await records.change(record, values);
        return { saved: true };
      } catch (error) {
        if (!(error instanceof ChangeConflict)) return { saved: false, faults: readFaults(t, error) };
        setConflict(error);
        return { saved: true };
      }
    };
    return { save };
  }, [records, t]);

  const keepMine = async ({ current, mine }: ChangeConflict): Promise<void> => {
    setConflict(null);
    const outcome = await editing.save(current, mine);
    if (!outcome.saved) toastError(faultText(outcome.faults, Object.keys(mine)[0] ?? ''));
  };
  return (
    <EditingContext value={editing}>
      {children}
      {conflict && (
        <ConflictDialog
          display={display}
          conflict={conflict}
          onKeepMine={() => void keepMine(conflict)}
          onTakeTheirs={() => setConflict(null)}
        />
      )}
    </EditingContext>
  );
}
