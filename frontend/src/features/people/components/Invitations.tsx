import { Badge, Button, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Invitation } from '@/api/types';
import { RelativeTime } from '@/shared/format/useFormat';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { toast, toastError } from '@/shared/ui/toast';
import { roleName, useRoles } from '@/shared/workspace/roles';
import { teamName, useTeams } from '@/shared/workspace/teams';
import { useWorkspace } from '@/shared/workspace/workspace';
import { invitationsQuery, usePeople } from '../api/queries';
import classes from './Rows.module.css';

/** Invitations that are still open; nothing when there are none. */
export function Invitations() {
  const t = useText('people');
  const { data = [] } = useQuery(invitationsQuery(useWorkspace()));
  if (data.length === 0) return null;
  return (
    <section>
      <Title order={2} size="h5">
        {t('people:invitations.title')}
      </Title>
      <ul className={classes.list} aria-label={t('people:invitations.title')}>
        {data.map((invitation) => (
          <Row key={invitation.id} invitation={invitation} />
        ))}
      </ul>
    </section>
  );
}

function Row({ invitation }: { invitation: Invitation }) {
  const t = useText('people');
  const roles = useRoles();
  const team = teamName(useTeams(), invitation.team_id);
  const { resend, revoke } = usePeople(useWorkspace());
  const { id, email, role, state, invited_by } = invitation;
  const onError = (error: unknown): void => toastError(errorMessage(t, error));
  return (
    <li className={classes.row}>
      <div className={classes.main}>
        <Text>{email}</Text>
        <Text c="dimmed" size="xs" component="div">
          {[roleName(t, role, roles), team, t('people:invitations.by', { name: invited_by.name })].filter(Boolean).join(' · ')}{' '}
          <RelativeTime instant={invitation.sent_at} />
        </Text>
      </div>
      <div className={classes.side}>
        {state === 'expired' && (
          <Badge color="orange" variant="light">
            {t('people:invitations.expired')}
          </Badge>
        )}
        <Button
          size="xs"
          variant="default"
          loading={resend.isPending}
          onClick={() => resend.mutate(id, { onSuccess: () => toast(t('people:invitations.sent', { email })), onError })}
        >
          {t('people:invitations.resend')}
        </Button>
        <Button
          size="xs"
          variant="subtle"
          color="red"
          loading={revoke.isPending}
          onClick={() => revoke.mutate(id, { onSuccess: () => toast(t('people:invitations.revoked', { email })), onError })}
        >
          {t('people:invitations.revoke')}
        </Button>
      </div>
    </li>
  );
}
