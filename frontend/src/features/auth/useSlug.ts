import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { slugQuery } from './api/access';

/** The address for what was typed (else for the name of the organisation), and whether it is free. */
export function useSlug(organisation: string, typed: string): { slug: string; available: boolean } {
  const [name] = useDebouncedValue(typed.trim() || organisation.trim(), 300);
  const { data } = useQuery({ ...slugQuery(name), placeholderData: keepPreviousData });
  return name && data ? data : { slug: '', available: true };
}
