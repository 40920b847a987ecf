import type { Member } from '@/api/types';
import { mark } from '@/shared/format/initials';
import classes from './MemberValue.module.css';

/** One of eight quiet hues, always the same for the same person. */
function hueOf(id: string): number {
  return Array.from(id).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7) % 8;
}

/** A person of the workspace: initials and name; former members are dimmed. */
export function MemberValue({ member, fallback }: { member: Pick<Member, 'id' | 'name' | 'active'> | undefined; fallback: string }) {
  const name = member?.name ?? fallback;
  return (
    <span className={classes.member} data-former={!member?.active || undefined}>
      <span className={classes.avatar} data-hue={hueOf(member?.id ?? '')} aria-hidden>
        {mark(name)}
      </span>
      <span className={classes.name}>{name}</span>
    </span>
  );
}
