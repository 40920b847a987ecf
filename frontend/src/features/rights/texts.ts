import type { RoleRights } from '@/api/types';
import { textOr } from '@/shared/i18n/text';
import type { Translate } from '@/shared/i18n/resources';

export const ACTIONS = ['read', 'create', 'update', 'delete', 'import', 'export'] as const;
export const POWERS = ['members', 'workspace', 'audit', 'data', 'views', 'confirm', 'privacy'] as const;
export type Action = (typeof ACTIONS)[number];
export type Level = RoleRights['types'][string]['read'];

/** The levels an action can have. */
export const LEVELS: Record<Action, Level[]> = {
  read: ['none', 'own', 'team', 'all'],
  create: ['none', 'all'],
  update: ['none', 'own', 'team', 'all'],
  delete: ['none', 'own', 'team', 'all'],
  import: ['none', 'own', 'all'],
  export: ['none', 'own', 'team', 'all'],
};

/** A role in plain words: what it sees, what it changes, how many fields are limited. */
export function summary(t: Translate, rights: RoleRights, type: string, typeName: string): string {
  const levels = rights.types[type];
  if (!levels) return '';
  const said = [textOr(t, `rights:summary.read_${levels.read}`, '', { type: typeName })];
  // nobody changes what they do not see
  const reach = LEVELS.read[Math.min(LEVELS.read.indexOf(levels.read), LEVELS.read.indexOf(levels.update))] ?? 'none';
  if (levels.read !== 'none') said.push(textOr(t, `rights:summary.update_${reach}`, ''));
  const limited = Object.keys(rights.fields[type] ?? {}).length;
  if (limited > 0) said.push(t('rights:summary.fields', { count: limited }));
  return said.join(' ');
}
