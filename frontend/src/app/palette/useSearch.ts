import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { SearchAnswer } from '@/api/types';
import { useWorkspace } from '@/shared/workspace/workspace';

const LIMIT = 10;
const LONGEST = 200;

export interface Search {
  /** What was found for what is typed now, or for what was typed a moment ago. */
  found: SearchAnswer | undefined;
  searching: boolean;
  error: unknown;
}

/** Records of every object for what is being typed, a moment after the last key. */
export function useSearch(typed: string): Search {
  const { api, key } = useWorkspace();
  const query = typed.trim().slice(0, LONGEST);
  const [settled] = useDebouncedValue(query, 150);
  const { data, isFetching, error } = useQuery({
    queryKey: key('search', settled),
    queryFn: ({ signal }) => body(api.GET('/api/v1/search', { params: { query: { q: settled, limit: LIMIT } }, signal })),
    enabled: settled !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const wanted = query !== '';
  return {
    found: wanted && settled !== '' ? data : undefined,
    searching: wanted && (isFetching || settled !== query),
    error: wanted ? error : null,
  };
}
