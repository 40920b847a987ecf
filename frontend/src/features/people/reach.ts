import type { Role } from '@/api/types';

/** Whether a role reaches as far as a team in anything, so that without one only one's own records are left. */
export function needsTeam(roles: Role[], key: string): boolean {
  const rights = roles.find((role) => role.key === key)?.rights;
  return Object.values(rights?.types ?? {}).some((levels) => Object.values(levels).includes('team'));
}
