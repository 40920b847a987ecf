import { useQuery, useQueryClient } from '@tanstack/react-query';
import { isProblem } from '@/api/problem';
import type { ObjectType } from '@/api/types';
import { useWorkspace } from '@/shared/workspace/workspace';
import { recordQuery } from '../data/queries';
import type { RecordData } from '../model/record';

interface Found {
  record: RecordData | undefined;
  /** The server has no such record (any more). */
  gone: boolean;
  error: Error | null;
  retry: () => void;
}

export function useRecord(object: ObjectType, id: string): Found {
  const client = useQueryClient();
  const query = useQuery(recordQuery(client, useWorkspace(), object, id));
  const gone = isProblem(query.error) && query.error.status === 404;
  return {
    record: gone ? undefined : query.data,
    gone,
    error: query.data ? null : query.error,
    retry: () => void query.refetch(),
  };
}
