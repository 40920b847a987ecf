import { useQuery } from '@tanstack/react-query';
import type { Role } from '@/api/types';
import type { Translate } from '@/shared/i18n/resources';
import { textOr } from '@/shared/i18n/text';
import { rolesQuery, useWorkspace } from './workspace';

const NONE: Role[] = [];

/** The roles there are, shipped ones first; none until they are known. */
export function useRoles(): Role[] {
  return useQuery(rolesQuery(useWorkspace())).data ?? NONE;
}

/** What a role is called; a label of its own goes before the words for those that are shipped. */
export function roleLabel(t: Translate, key: string, label?: string | null): string {
  return label ?? textOr(t, `common:role.${key}`, key);
}

/** What the role of a key is called, if need be among these. */
export function roleName(t: Translate, key: string, roles: Role[]): string {
  return roleLabel(t, key, roles.find((role) => role.key === key)?.label);
}

/** The roles that this person may give, as choices. */
export function rolesToGive(t: Translate, roles: Role[]): { value: string; label: string }[] {
  return roles.filter((role) => role.may_give).map(({ key, label }) => ({ value: key, label: roleLabel(t, key, label) }));
}
