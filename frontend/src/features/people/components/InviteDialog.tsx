import { useState } from 'react';
import { Button, Group, List, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { toast } from '@/shared/ui/toast';
import { rolesToGive, useRoles } from '@/shared/workspace/roles';
import { TeamSelect } from '@/shared/workspace/TeamSelect';
import { useTeams } from '@/shared/workspace/teams';
import { useWorkspace } from '@/shared/workspace/workspace';
import { addressesIn } from '../addresses';
import { usePeople } from '../api/queries';
import { needsTeam } from '../reach';

const FIELDS = ['emails', 'role', 'team_id'] as const;

export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useText('people');
  return (
    <Modal opened={opened} onClose={onClose} title={t('people:invite.title')}>
      <Invite onClose={onClose} />
    </Modal>
  );
}

function Invite({ onClose }: { onClose: () => void }) {
  const t = useText('people');
  const roles = useRoles();
  const teams = useTeams();
  const { invite } = usePeople(useWorkspace());
  const [passedOver, setPassedOver] = useState<{ email: string; outcome: string }[]>([]);
  const form = useForm({
    initialValues: { emails: '', role: 'sales', team_id: null as string | null },
    validate: { emails: (text) => (addressesIn(text).length > 0 ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ emails, role, team_id }) => {
    const { data } = await invite.mutateAsync({ emails: addressesIn(emails), role, team_id });
    const sent = data.filter(({ outcome }) => outcome === 'invited').length;
    const others = data.filter(({ outcome }) => outcome !== 'invited');
    if (sent > 0) toast(t('people:invite.sent', { count: sent }));
    setPassedOver(others);
    if (others.length === 0) onClose();
    else form.setFieldValue('emails', '');
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <FormSummary message={summary} />
        {passedOver.length > 0 && (
          <div role="status">
            <Text>{t('people:invite.passed_over')}</Text>
            <List size="sm">
              {passedOver.map(({ email, outcome }) => (
                <List.Item key={email}>
                  {outcome === 'already_member'
                    ? t('people:invite.already_member', { email })
                    : t('people:invite.already_invited', { email })}
                </List.Item>
              ))}
            </List>
          </div>
        )}
        <Textarea
          label={t('people:invite.emails')}
          description={t('people:invite.emails_help')}
          autosize
          minRows={2}
          maxRows={8}
          data-autofocus
          inputMode="email"
          {...form.getInputProps('emails')}
        />
        <Select
          label={t('people:invite.role')}
          data={rolesToGive(t, roles)}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        {teams.length > 0 && (
          <TeamSelect
            label={t('people:invite.team')}
            placeholder={t('people:no_team')}
            description={needsTeam(roles, form.values.role) && form.values.team_id === null ? t('people:invite.team_help') : null}
            teams={teams}
            clearable
            {...form.getInputProps('team_id')}
          />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('people:invite.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
