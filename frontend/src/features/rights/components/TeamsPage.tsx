import { useState } from 'react';
import { ActionIcon, Alert, Button, Group, Menu, Modal, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconDots, IconPencil, IconPlus, IconSitemap, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Team } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Screen } from '@/shared/ui/Screen';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toast, toastError } from '@/shared/ui/toast';
import { MemberValue } from '@/shared/records/values/MemberValue';
import { TeamSelect } from '@/shared/workspace/TeamSelect';
import { inOrder, outside, teamsQuery } from '@/shared/workspace/teams';
import { useMembers, useWorkspace } from '@/shared/workspace/workspace';
import { useMoveMember, useRemoveTeam, useSaveTeam, type TeamDraft } from '../api/queries';
import classes from './Rows.module.css';

const SHOWN = 12;

/** The teams as a tree, and who is in which. */
export function TeamsPage() {
  const t = useText('rights');
  const query = useQuery(teamsQuery(useWorkspace()));
  const [draft, setDraft] = useState<TeamDraft | null>(null);
  const remove = useRemoveTeam();
  const teams = query.data ?? [];
  const placed = inOrder(teams);
  const drop = (team: Team): void =>
    remove.mutate(team.id, {
      onSuccess: () => toast(t('rights:teams.removed')),
      onError: (error) => toastError(errorMessage(t, error)),
    });
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setDraft({ id: null, name: '', parent_id: null })}>
      {t('rights:teams.add')}
    </Button>
  );
  return (
    <Screen title={t('rights:teams.title')} actions={teams.length > 0 && add}>
      {query.isPending && <RowsSkeleton rows={3} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && teams.length === 0 && (
        <EmptyState icon={IconSitemap} title={t('rights:teams.none')} text={t('rights:teams.lead')}>
          {add}
        </EmptyState>
      )}
      {teams.length > 0 && <Text c="dimmed">{t('rights:teams.lead')}</Text>}
      <ul className={classes.list} aria-label={t('rights:teams.title')}>
        {placed.map(({ team, depth }) => (
          <li key={team.id} className={classes.row}>
            <div className={classes.main} style={{ paddingInlineStart: Math.min(depth, 5) * 20 }}>
              <Text fw={600}>{team.name}</Text>
              <Inside team={team} />
            </div>
            <TeamMenu
              team={team}
              onAdd={() => setDraft({ id: null, name: '', parent_id: team.id })}
              onEdit={() => setDraft({ id: team.id, name: team.name, parent_id: team.parent_id })}
              onRemove={() => drop(team)}
            />
          </li>
        ))}
      </ul>
      {teams.length > 0 && <People teams={teams} />}
      {draft && <TeamForm first={draft} teams={teams} onClose={() => setDraft(null)} />}
    </Screen>
  );
}

interface MenuProps {
  team: Team;
  onAdd: () => void;
  onEdit: () => void;
  onRemove: () => void;
}

function TeamMenu({ team, onAdd, onEdit, onRemove }: MenuProps) {
  const t = useText('rights');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('rights:teams.menu', { team: team.name })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconPlus size={16} />} onClick={onAdd}>
          {t('rights:teams.add_below')}
        </Menu.Item>
        <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
          {t('rights:teams.edit')}
        </Menu.Item>
        <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={onRemove}>
          {t('rights:teams.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Who is in a team itself, not in those below it. */
function Inside({ team }: { team: Team }) {
  const t = useText('rights');
  const inside = useMembers().filter((member) => member.active && member.team_id === team.id);
  if (inside.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {t('rights:teams.empty')}
      </Text>
    );
  return (
    <Group component="ul" className={classes.people} gap="4px 12px" aria-label={t('rights:teams.inside', { team: team.name })}>
      {inside.slice(0, SHOWN).map((member) => (
        <li key={member.id}>
          <MemberValue member={member} fallback="" />
        </li>
      ))}
      {inside.length > SHOWN && <li>{t('rights:teams.others', { count: inside.length - SHOWN })}</li>}
    </Group>
  );
}

function People({ teams }: { teams: Team[] }) {
  const t = useText('rights');
  const members = useMembers().filter((member) => member.active);
  const move = useMoveMember();
  return (
    <section>
      <Title order={2} size="h5" mt="xl">
        {t('rights:teams.members')}
      </Title>
      <ul className={classes.list}>
        {members.map((member) => (
          <li key={member.id} className={classes.row}>
            <div className={classes.main}>
              <Text>{member.name}</Text>
            </div>
            <TeamSelect
              aria-label={t('rights:teams.team_of', { name: member.name })}
              placeholder={t('rights:teams.no_team')}
              teams={teams}
              value={member.team_id}
              clearable
              w={240}
              onChange={(team_id) =>
                move.mutate({ id: member.id, team_id }, { onError: (error) => toastError(errorMessage(t, error)) })
              }
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

function TeamForm({ first, teams, onClose }: { first: TeamDraft; teams: Team[]; onClose: () => void }) {
  const t = useText('rights');
  const [draft, setDraft] = useState(first);
  const save = useSaveTeam();
  return (
    <Modal opened onClose={onClose} title={first.id ? first.name : t('rights:teams.add')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(draft, { onSuccess: onClose });
        }}
      >
        <Stack gap="sm">
          {save.error && (
            <Alert color="red" variant="light">
              {errorMessage(t, save.error)}
            </Alert>
          )}
          <TextInput
            label={t('rights:teams.name')}
            value={draft.name}
            maxLength={100}
            onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
            data-autofocus
          />
          <TeamSelect
            label={t('rights:teams.above')}
            placeholder={t('rights:teams.top')}
            teams={outside(teams, first.id)}
            value={draft.parent_id}
            clearable
            onChange={(parent_id) => setDraft({ ...draft, parent_id })}
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={draft.name.trim() === ''}>
              {t('rights:teams.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
