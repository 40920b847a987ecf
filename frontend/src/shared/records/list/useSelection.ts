import { useCallback, useMemo, useRef, useState } from 'react';
import type { RecordData } from '../model/record';

export interface Selection {
  ids: ReadonlySet<string>;
  /** Everything that the list is of is selected, also what is not loaded. */
  everything: boolean;
  /** Select or release a row; with `range`, everything from the last one touched to this one. */
  toggle: (index: number, range: boolean) => void;
  /** Select all rows that are loaded, or release them. */
  toggleLoaded: () => void;
  selectEverything: () => void;
  clear: () => void;
}

/** Which rows are selected. Rows that leave the list leave the selection; another list (`of`) begins without one. */
export function useSelection(records: RecordData[], of: unknown): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [whole, setWhole] = useState<unknown>(null);
  const last = useRef<number | null>(null);
  const everything = whole !== null && whole === of;
  const ids = useMemo(() => {
    if (everything) return new Set(records.map(({ id }) => id));
    if (chosen.size === 0) return chosen;
    return new Set(records.flatMap(({ id }) => (chosen.has(id) ? [id] : [])));
  }, [chosen, everything, records]);
  const toggle = useCallback(
    (index: number, range: boolean) => {
      const from = range && last.current !== null ? last.current : index;
      last.current = index;
      const touched = records.slice(Math.min(from, index), Math.max(from, index) + 1).map(({ id }) => id);
      const next = new Set(ids);
      const target = records[index];
      const release = target !== undefined && next.has(target.id) && !range;
      for (const id of touched) if (release) next.delete(id);
        else next.add(id);
      setWhole(null);
      setChosen(next);
    },
    [records, ids],
  );
  const toggleLoaded = useCallback(() => {
    last.current = null;
    setWhole(null);
    setChosen(ids.size === records.length ? new Set() : new Set(records.map(({ id }) => id)));
  }, [records, ids]);
  const selectEverything = useCallback(() => setWhole(of), [of]);
  const clear = useCallback(() => {
    last.current = null;
    setWhole(null);
    setChosen(new Set());
  }, []);
  return { ids, everything, toggle, toggleLoaded, selectEverything, clear };
}
