import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '@/api/problem';

/** Refusals are final; a lost connection or a server fault is worth two more tries. */
function worthRepeating(count: number, error: Error): boolean {
  if (error instanceof ApiProblem && error.status < 500) return false;
  return count < 2;
}

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: worthRepeating, staleTime: 15_000, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  });
}
