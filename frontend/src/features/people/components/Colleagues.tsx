import { Text } from '@mantine/core';
import { MemberValue } from '@/shared/records/values/MemberValue';
import { useText } from '@/shared/i18n/text';
import { useMembers, useOwnRoles } from '@/shared/workspace/workspace';
import { roleName } from '../roles';
import classes from './Rows.module.css';

/** The members as every member sees them. */
export function Colleagues() {
  const t = useText('people');
  const own = useOwnRoles();
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
          <Text size="sm">{roleName(t, member.role, own)}</Text>
        </li>
      ))}
    </ul>
  );
}
