import { useState } from 'react';
import { SelectionBar } from '../list/SelectionBar';
import type { Rows } from '../list/useRows';
import type { Selection } from '../list/useSelection';
import type { ListState } from '../data/queries';
import type { RecordData } from '../model/record';
import type { Display } from '../values/display';
import { BulkDeleteDialog } from './BulkDeleteDialog';
import { BulkEditDialog } from './BulkEditDialog';
import type { Chosen } from './data';

interface Props {
  display: Display;
  rows: Rows;
  state: ListState;
  selection: Selection;
  isPhone: boolean;
  mayEdit: boolean;
  mayDelete: boolean;
  hrefOf: (id: string) => string;
  /** A few rows that are on screen are deleted at once. */
  onDelete: (records: RecordData[]) => void;
}

/** Up to here rows are deleted one by one, at once; more is work for a job. */
const AT_ONCE = 10;

/** The bar over the selected rows, and what its buttons open. */
export function BulkActs({ display, rows, state, selection, isPhone, mayEdit, mayDelete, hrefOf, onDelete }: Props) {
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null);
  const { ids, everything, clear } = selection;
  // Where nothing had what was typed, the rows are of what was meant.
  const words = rows.corrected?.shown ?? state.q;
  const chosen: Chosen = everything ? { filter: state.filter ?? null, ...(words ? { q: words } : {}) } : { ids: [...ids] };
  const count = everything ? (rows.count?.value ?? ids.size) : ids.size;
  const shared = { display, chosen, count, onClose: () => setDialog(null) };
  const started = (): void => {
    setDialog(null);
    clear();
  };
  const remove = (): void => {
    if (everything || ids.size > AT_ONCE) setDialog('delete');
    else onDelete(rows.records.filter(({ id }) => ids.has(id)));
  };
  return (
    <>
      <SelectionBar
        display={display}
        selection={selection}
        count={rows.count}
        isPhone={isPhone}
        onEdit={mayEdit ? () => setDialog('edit') : null}
        onDelete={mayDelete ? remove : null}
      />
      {dialog === 'edit' && <BulkEditDialog {...shared} fullScreen={isPhone} hrefOf={hrefOf} onStarted={started} />}
      {dialog === 'delete' && <BulkDeleteDialog {...shared} onStarted={started} />}
    </>
  );
}
