import { useCallback, useMemo } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { body } from '@/api/client';
import type { BatchInput } from '@/api/types';
import { useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { useWorkspace } from '@/shared/workspace/workspace';
import { follow, undoBatch, type Follower } from './follow';
import './namespace';

export interface Bulk {
  /** Start a change or a deletion of many records and follow it; throws what the server refuses. */
  start: (input: BatchInput) => Promise<void>;
  undo: (id: string) => Promise<void>;
}

/** Acts on many records: they go on whatever the person does, and say when they have ended. */
export function useBulk(): Bulk {
  const t = useText('bulk', 'records');
  const format = useFormat();
  const client = useQueryClient();
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const by = useMemo<Follower>(
    () => ({ client, workspace, t, format, go: (to) => void navigate({ to }) }),
    [client, workspace, t, format, navigate],
  );
  const start = useCallback(
    async (input: BatchInput) => follow(by, await body(workspace.api.POST('/api/v1/batches', { body: input }))),
    [by, workspace],
  );
  const undo = useCallback((id: string) => undoBatch(by, id), [by]);
  return { start, undo };
}
