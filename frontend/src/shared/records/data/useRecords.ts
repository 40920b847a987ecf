import { useMemo } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { ObjectType } from '@/api/types';
import { useWorkspace, type Workspace } from '@/shared/workspace/workspace';
import type { RecordData, Values } from '../model/record';
import { addToLists, dropFromLists, showInLists, snapshotLists } from './cache';
import { recordsApi } from './api';
import { RecordChanges } from './changes';
import { listKey, totalsKey } from './queries';

/** What can be done to the records of one object; the caches of lists and records follow at once. */
export interface Records {
  create: (values: Values, allowDuplicates: boolean) => Promise<RecordData>;
  change: (record: RecordData, values: Values) => Promise<RecordData>;
  remove: (record: RecordData) => Promise<void>;
  restore: (id: string) => Promise<RecordData>;
}

function makeRecords(client: QueryClient, workspace: Workspace, object: ObjectType): Records {
  const api = recordsApi(workspace, object);
  const lists = listKey(workspace, object);
  const keyOf = (id: string) => workspace.key(object.plural, 'record', id);
  const refresh = (id: string): void => {
    void client.invalidateQueries({ queryKey: workspace.key(object.plural, 'history', id) });
    void client.invalidateQueries({ queryKey: workspace.key(object.plural, 'duplicates') });
    void client.invalidateQueries({ queryKey: totalsKey(workspace, object) });
  };
  const show = (record: RecordData): void => {
    client.setQueryData(keyOf(record.id), record);
    showInLists(client, lists, record);
  };
  const changes = new RecordChanges({ send: api.change, show });
  return {
    create: async (values, allowDuplicates) => {
      const record = await api.create(values, allowDuplicates);
      client.setQueryData(keyOf(record.id), record);
      addToLists(client, lists, record);
      refresh(record.id);
      return record;
    },
    change: async (record, values) => {
      await client.cancelQueries({ queryKey: keyOf(record.id) });
      const changed = await changes.change(record, values);
      refresh(record.id);
      return changed;
    },
    remove: async (record) => {
      const putBack = snapshotLists(client, lists);
      dropFromLists(client, lists, record.id);
      try {
        await api.remove(record.id, record.version);
      } catch (error) {
        putBack();
        throw error;
      }
      // Whoever comes back to its page must not see it as if it were there.
      void client.resetQueries({ queryKey: keyOf(record.id), exact: true });
      refresh(record.id);
    },
    restore: async (id) => {
      const record = await api.restore(id);
      client.setQueryData(keyOf(id), record);
      refresh(id);
      await client.invalidateQueries({ queryKey: lists });
      return record;
    },
  };
}

const made = new WeakMap<QueryClient, Map<string, { object: ObjectType; records: Records }>>();

/** The one `Records` of an object in a workspace: edits from the list and from a panel share their queue. */
export function useRecords(object: ObjectType): Records {
  const client = useQueryClient();
  const workspace = useWorkspace();
  return useMemo(() => {
    const known = made.get(client) ?? new Map<string, { object: ObjectType; records: Records }>();
    made.set(client, known);
    const key = `${workspace.id}/${object.plural}`;
    const found = known.get(key);
    if (found?.object === object) return found.records;
    const records = makeRecords(client, workspace, object);
    known.set(key, { object, records });
    return records;
  }, [client, workspace, object]);
}
