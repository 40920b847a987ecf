import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Lead } from '@/api/types';
import { useRight, useWorkspace } from '@/shared/workspace/workspace';

const LIMIT = 8;

/** Leads for what is being typed, a moment after the last key. */
export function useLeadSearch(typed: string): { leads: Lead[]; searching: boolean; error: unknown } {
  const { api, key } = useWorkspace();
  const allowed = useRight('lead', 'read');
  const query = typed.trim();
  const [settled] = useDebouncedValue(query, 150);
  const { data, isFetching, error } = useQuery({
    queryKey: key('leads', 'palette', settled),
    queryFn: ({ signal }) => body(api.GET('/api/v1/leads', { params: { query: { q: settled, limit: LIMIT } }, signal })),
    enabled: allowed && settled !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  });
  const wanted = allowed && query !== '';
  return { leads: wanted ? (data?.data ?? []) : [], searching: wanted && (isFetching || settled !== query), error };
}
