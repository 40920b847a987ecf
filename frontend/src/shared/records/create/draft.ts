import type { ObjectType } from '@/api/types';
import type { Values } from '../model/record';
import { isEmpty } from '../model/values';

function keyOf(workspaceId: string, object: ObjectType): string {
  return `crm-draft-${workspaceId}-${object.name}`;
}

/** What was typed into the form for a new record and not saved yet; only fields that still exist. */
export function readDraft(workspaceId: string, object: ObjectType): Values {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(workspaceId, object)) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const names = new Set(object.fields.map(({ name }) => name));
    return Object.fromEntries(Object.entries(stored).filter(([name]) => names.has(name)));
  } catch {
    return {};
  }
}

export function keepDraft(workspaceId: string, object: ObjectType, values: Values): void {
  const filled = Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
  if (Object.keys(filled).length === 0) localStorage.removeItem(keyOf(workspaceId, object));
  else localStorage.setItem(keyOf(workspaceId, object), JSON.stringify(filled));
}

export function dropDraft(workspaceId: string, object: ObjectType): void {
  localStorage.removeItem(keyOf(workspaceId, object));
}
