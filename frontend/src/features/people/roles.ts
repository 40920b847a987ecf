import type { Role } from '@/api/types';
import type { Translate } from '@/shared/i18n/resources';
import { textOr } from '@/shared/i18n/text';

const ROLES = ['owner', 'admin', 'manager', 'sales', 'service', 'viewer'] as const;

/** What a role is called; `own` are those of the workspace's own. */
export function roleName(t: Translate, role: string, own: Role[] = []): string {
  return own.find((each) => each.key === role)?.label ?? textOr(t, `people:role.${role}`, role);
}

/** The roles that somebody with a role of their own may give: only owners make owners. */
export function roleOptions(t: Translate, mine: string, own: Role[] = []): { value: string; label: string }[] {
  const shipped = ROLES.filter((role) => role !== 'owner' || mine === 'owner');
  return [...shipped, ...own.map((role) => role.key)].map((role) => ({ value: role, label: roleName(t, role, own) }));
}
