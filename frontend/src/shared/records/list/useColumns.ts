import { useCallback, useMemo } from 'react';
import { useWorkspace } from '@/shared/workspace/workspace';
import type { ObjectType } from '@/api/types';
import { defaultColumns, readColumns, writeColumns, type Column } from '../model/columns';

function storageKey(workspaceId: string, object: ObjectType): string {
  return `crm-columns-${workspaceId}-${object.name}`;
}

/** The columns of the list: those of the address, else the person's last choice, else those of the object. */
export function useColumns(
  object: ObjectType,
  written: string | undefined,
  setWritten: (cols: string | undefined) => void,
  /** A view has columns of its own: what is chosen in it is not the person's last choice for the list. */
  inView: boolean,
): { columns: Column[]; setColumns: (columns: Column[] | null) => void } {
  const { id } = useWorkspace();
  const key = storageKey(id, object);
  const columns = useMemo(() => {
    const chosen = written ?? localStorage.getItem(key);
    return chosen ? readColumns(chosen, object) : defaultColumns(object);
  }, [written, key, object]);
  const setColumns = useCallback(
    (next: Column[] | null) => {
      if (next && !inView) localStorage.setItem(key, writeColumns(next));
      else if (!inView) localStorage.removeItem(key);
      setWritten(next ? writeColumns(next) : undefined);
    },
    [key, setWritten, inView],
  );
  return { columns, setColumns };
}
