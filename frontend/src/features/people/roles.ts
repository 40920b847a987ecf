import type { Translate } from '@/shared/i18n/resources';
import { textOr } from '@/shared/i18n/text';

const ROLES = ['owner', 'admin', 'manager', 'sales', 'service', 'viewer'] as const;

export function roleName(t: Translate, role: string): string {
  return textOr(t, `people:role.${role}`, role);
}

/** The roles that somebody with a role of their own may give: only owners make owners. */
export function roleOptions(t: Translate, mine: string): { value: string; label: string }[] {
  return ROLES.filter((role) => role !== 'owner' || mine === 'owner').map((role) => ({
    value: role,
    label: roleName(t, role),
  }));
}
