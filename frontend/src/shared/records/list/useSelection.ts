import { useCallback, useMemo, useRef, useState } from 'react';
import type { RecordData } from '../model/record';

export interface Selection {
  ids: ReadonlySet<string>;
  /** Select or release a row; with `range`, everything from the last one touched to this one. */
  toggle: (index: number, range: boolean) => void;
  clear: () => void;
}

/** Which rows are selected. Rows that leave the list leave the selection. */
export function useSelection(records: RecordData[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<number | null>(null);
  const ids = useMemo(() => {
    if (chosen.size === 0) return chosen;
    return new Set(records.flatMap(({ id }) => (chosen.has(id) ? [id] : [])));
  }, [chosen, records]);
  const toggle = useCallback(
    (index: number, range: boolean) => {
      const from = range && last.current !== null ? last.current : index;
      last.current = index;
      const touched = records.slice(Math.min(from, index), Math.max(from, index) + 1).map(({ id }) => id);
      setChosen((before) => {
        const next = new Set(before);
        const target = records[index];
        const release = target !== undefined && before.has(target.id) && !range;
        for (const id of touched) if (release) next.delete(id);
          else next.add(id);
        return next;
      });
    },
    [records],
  );
  const clear = useCallback(() => {
    last.current = null;
    setChosen(new Set());
  }, []);
  return { ids, toggle, clear };
}
