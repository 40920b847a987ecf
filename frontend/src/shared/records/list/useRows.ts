import { useCallback, useMemo } from 'react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Corrected, ObjectType } from '@/api/types';
import { useWorkspace } from '@/shared/workspace/workspace';
import { listQuery, type ListState } from '../data/queries';
import type { RecordData } from '../model/record';

export interface Rows {
  records: RecordData[];
  count: { value: number; exact: boolean } | undefined;
  /** What the rows are of instead, where nothing has what was typed. */
  corrected: Corrected | undefined;
  hasMore: boolean;
  isLoading: boolean;
  /** The rows on screen answer an older question; new ones are on their way. */
  isStale: boolean;
  error: Error | null;
  /** The next page could not be read. */
  moreFailed: boolean;
  loadMore: () => void;
  retry: () => void;
}

const NONE: RecordData[] = [];

/** The records of a list as far as they are loaded; none are asked for before the question is ready. */
export function useRows(object: ObjectType, state: ListState, isReady = true): Rows {
  const workspace = useWorkspace();
  const query = useInfiniteQuery({
    ...listQuery(workspace, object, state),
    placeholderData: (previous) => previous,
    enabled: isReady,
  });
  const { data, fetchNextPage, hasNextPage, isFetchingNextPage, isFetchNextPageError, refetch } = query;
  const records = useMemo(() => data?.pages.flatMap((page) => page.data) ?? NONE, [data]);
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const retry = useCallback(() => {
    void (isFetchNextPageError ? fetchNextPage() : refetch());
  }, [isFetchNextPageError, fetchNextPage, refetch]);
  return {
    records,
    count: data?.pages[0]?.count,
    corrected: data?.pages[0]?.corrected,
    hasMore: hasNextPage,
    isLoading: query.isPending,
    isStale: query.isPlaceholderData,
    error: records.length === 0 ? query.error : null,
    moreFailed: isFetchNextPageError,
    loadMore,
    retry,
  };
}
