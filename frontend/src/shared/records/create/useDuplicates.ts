import { useDebouncedValue } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import type { Duplicate, ObjectType } from '@/api/types';
import { useWorkspace } from '@/shared/workspace/workspace';
import { duplicatesQuery } from '../data/queries';
import type { Values } from '../model/record';
import { textsOf } from '../model/values';

interface Asked {
  email?: string;
  phone?: string;
}

const PAUSE_MS = 350;
const LONG_ENOUGH = 5;

/** Ask, while typing, whether another record has one of these e-mail addresses or phone numbers. */
export function useDuplicates(object: ObjectType, values: Values): Duplicate[] {
  const workspace = useWorkspace();
  const typed = object.fields.flatMap(({ name, kind }): Asked[] => {
    if (kind === 'email_list') return textsOf(values[name]).map((email) => ({ email }));
    if (kind === 'phone_list') return textsOf(values[name]).map((phone) => ({ phone }));
    return [];
  });
  const [settled] = useDebouncedValue(JSON.stringify(typed), PAUSE_MS);
  const asked = (JSON.parse(settled) as Asked[]).filter(
    ({ email, phone }) => (email?.includes('@') ?? false) || (phone?.length ?? 0) >= LONG_ENOUGH,
  );
  const answers = useQueries({ queries: asked.map((query) => duplicatesQuery(workspace, object, query)) });
  const byId = new Map<string, Duplicate>();
  for (const { data = [] } of answers)
    for (const found of data) {
      const reasons = new Set([...(byId.get(found.id)?.reasons ?? []), ...found.reasons]);
      byId.set(found.id, { ...found, reasons: [...reasons] });
    }
  return [...byId.values()];
}
