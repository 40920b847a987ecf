import { useEffect } from 'react';
import type { UseFormReturnType } from '@mantine/form';

function read(key: string): Record<string, unknown> {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Record<string, unknown>;
  } catch {
    return {};
  }
}

/**
 * Keep what was typed while the person looks elsewhere in this tab. `secret` fields are never kept.
 * Returns the initial values with the draft laid over them; call `clearDraft` after sending.
 */
export function withDraft<V extends Record<string, unknown>>(key: string, initial: V): V {
  const draft = Object.entries(read(key)).filter(([name, value]) => typeof value === typeof initial[name]);
  return { ...initial, ...Object.fromEntries(draft) };
}

export function useDraft<V extends Record<string, unknown>>(
  key: string,
  form: UseFormReturnType<V>,
  secret: readonly (keyof V & string)[] = [],
): void {
  const { values } = form;
  useEffect(() => {
    const open = Object.entries(values).filter(([name]) => !secret.includes(name));
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(open)));
  }, [key, values, secret]);
}

export function clearDraft(key: string): void {
  sessionStorage.removeItem(key);
}
