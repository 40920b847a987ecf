import { useState } from 'react';
import { Button, Group, Modal, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import type { AssignmentRule, AssignmentRuleInput, Team } from '@/api/types';
import { formErrors } from '@/shared/forms/problems';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useText } from '@/shared/i18n/text';
import { FilterField } from '@/shared/records/filters/FilterField';
import { partsOfFilter } from '@/shared/records/model/filters';
import type { Display } from '@/shared/records/values/display';
import { useIsPhone } from '@/shared/ui/useIsPhone';
import { useMembers } from '@/shared/workspace/workspace';
import { useSaveRule } from './api';

interface Props {
  display: Display;
  /** Null: a new one. */
  rule: AssignmentRule | null;
  teams: Team[];
  onClose: () => void;
}

const FIELDS = ['name', 'kind', 'member_id', 'team_id'] as const;
const KINDS: AssignmentRule['kind'][] = ['sales', 'team', 'member'];

/** Which leads, and to whom. */
export function RuleDialog({ display, rule, teams, onClose }: Props) {
  const t = useText('assignment', 'records');
  const isPhone = useIsPhone();
  const members = useMembers().filter(({ active }) => active);
  const [draft, setDraft] = useState({
    name: rule?.name ?? '',
    kind: rule?.kind ?? ('sales'),
    member_id: rule?.member_id ?? null,
    team_id: rule?.team_id ?? null,
  });
  const [parts, setParts] = useState(() => partsOfFilter(rule?.filter));
  const save = useSaveRule();
  const { fields, summary } = save.error ? formErrors(t, save.error, FIELDS) : { fields: {} as Record<string, string>, summary: null };
  const set = (change: Partial<typeof draft>): void => setDraft((before) => ({ ...before, ...change }));
  const named = { sales: true, team: draft.team_id !== null, member: draft.member_id !== null }[draft.kind];
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      fullScreen={isPhone}
      title={t(rule ? 'assignment:change_title' : 'assignment:add')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const filter = parts.length > 0 ? ({ all: parts } as AssignmentRuleInput['filter']) : null;
          save.mutate({ rule, sent: { ...draft, filter } }, { onSuccess: onClose });
        }}
      >
        <Stack gap="sm">
          <FormSummary message={summary} />
          <TextInput
            label={t('assignment:name')}
            placeholder={t('assignment:name_example')}
            maxLength={100}
            value={draft.name}
            error={fields.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            data-autofocus
          />
          <div>
            <Text size="sm" fw={500} mb={4}>
              {t('assignment:which')}
            </Text>
            {parts.length === 0 && (
              <Text size="sm" c="dimmed" mb={4}>
                {t('assignment:every_help')}
              </Text>
            )}
            <FilterField display={display} parts={parts} fullScreen={isPhone} onChange={setParts} />
          </div>
          <Radio.Group
            label={t('assignment:whom')}
            value={draft.kind}
            onChange={(kind) => set({ kind })}
          >
            <Stack gap={6} mt={4}>
              {KINDS.map((kind) => (
                <Radio key={kind} value={kind} label={t(`assignment:kind.${kind}`)} />
              ))}
            </Stack>
          </Radio.Group>
          {draft.kind === 'team' && (
            <Select
              label={t('assignment:team')}
              searchable
              data={teams.map(({ id, name }) => ({ value: id, label: name }))}
              value={draft.team_id}
              error={fields.team_id}
              nothingFoundMessage={t('assignment:no_teams')}
              onChange={(team_id) => set({ team_id })}
            />
          )}
          {draft.kind === 'member' && (
            <Select
              label={t('assignment:member')}
              searchable
              data={members.map(({ id, name }) => ({ value: id, label: name }))}
              value={draft.member_id}
              error={fields.member_id}
              onChange={(member_id) => set({ member_id })}
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={draft.name.trim() === '' || !named}>
              {t('common:action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
