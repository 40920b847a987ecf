import { Text } from '@mantine/core';
import { MemberValue } from '@/shared/records/values/MemberValue';
import { useText } from '@/shared/i18n/text';
import { roleName, useRoles } from '@/shared/workspace/roles';
import { teamName, useTeams } from '@/shared/workspace/teams';
import { useMembers } from '@/shared/workspace/workspace';
import classes from './Rows.module.css';

/** The members as every member sees them. */
export function Colleagues() {
  const t = useText('people');
  const roles = useRoles();
  const teams = useTeams();
  const members = useMembers().filter(({ active }) => active);
  return (
    <ul className={classes.list} aria-label={t('people:title')}>
      {members.map((member) => (
        <li key={member.id} className={classes.row}>
          <div className={classes.main}>
            <MemberValue member={member} fallback="" />
            <Text c="dimmed" size="xs">
              {member.email}
            </Text>
          </div>
          <Text size="sm">
            {[teamName(teams, member.team_id), roleName(t, member.role, roles)].filter(Boolean).join(' · ')}
          </Text>
        </li>
      ))}
    </ul>
  );
}
