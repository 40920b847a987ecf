import { useState } from 'react';
import { Button, Divider, Stack } from '@mantine/core';
import { IconUserPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Screen } from '@/shared/ui/Screen';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { useMe, useWorkspace } from '@/shared/workspace/workspace';
import { detailsQuery } from '../api/queries';
import { Colleagues } from './Colleagues';
import { HandOvers } from './HandOvers';
import { Invitations } from './Invitations';
import { InviteDialog } from './InviteDialog';
import { Leave } from './Leave';
import { MemberRow } from './MemberRow';
import classes from './Rows.module.css';

/** Who is here. Those who manage members invite, change roles and deactivate; everybody may leave. */
export function MembersPage() {
  const manages = useMe().powers.includes('members');
  return manages ? <ManagedMembers /> : <PlainMembers />;
}

function PlainMembers() {
  const t = useText('people');
  return (
    <Screen title={t('people:title')} wide>
      <Stack gap="xl">
        <Colleagues />
        <Divider />
        <Leave />
      </Stack>
    </Screen>
  );
}

function ManagedMembers() {
  const t = useText('people');
  const workspace = useWorkspace();
  const [inviting, setInviting] = useState(false);
  const { data, error, refetch } = useQuery(detailsQuery(workspace));
  const note = data && t('people:seats', { used: data.seats.used + data.seats.promised, allowed: data.seats.allowed });
  return (
    <Screen
      title={t('people:title')}
      wide
      note={note}
      actions={
        <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
          {t('people:invite.open')}
        </Button>
      }
    >
      <Stack gap="xl">
        {error && <ErrorState error={error} onRetry={() => void refetch()} />}
        {!data && !error && <RowsSkeleton rows={5} />}
        {data && (
          <ul className={classes.list} aria-label={t('people:title')}>
            {data.data.map((member) => (
              <MemberRow key={member.id} member={member} />
            ))}
          </ul>
        )}
        <Invitations />
        <HandOvers />
        <Divider />
        <Leave />
      </Stack>
      <InviteDialog opened={inviting} onClose={() => setInviting(false)} />
    </Screen>
  );
}
