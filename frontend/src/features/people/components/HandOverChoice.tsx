import { ActionIcon, Group, NumberInput, Radio, Select, Stack, Text } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { HandOverShare } from '@/api/types';
import { useText } from '@/shared/i18n/text';
import { useMembers, useWorkspace } from '@/shared/workspace/workspace';
import { holdingsQuery, type HandOverWish } from '../api/queries';

export interface Choice {
  kind: 'one' | 'spread' | 'nobody' | 'keep';
  shares: HandOverShare[];
}

/** What is sent for a choice. */
export function wishOf({ kind, shares }: Choice): HandOverWish {
  if (kind === 'keep') return null;
  return kind === 'nobody' ? [] : shares;
}

export function isReady({ kind, shares }: Choice): boolean {
  return kind === 'keep' || kind === 'nobody' || shares.length > 0;
}

interface Props {
  memberId: string;
  choice: Choice;
  onChange: (choice: Choice) => void;
  /** Whether the records may stay as they are. */
  canKeep: boolean;
}

/** Who gets the records: one colleague, several by share, nobody; with a count of what there is. */
export function HandOverChoice({ memberId, choice, onChange, canKeep }: Props) {
  const t = useText('people');
  const { data } = useQuery(holdingsQuery(useWorkspace(), memberId));
  const colleagues = useMembers()
    .filter(({ id, active }) => active && id !== memberId)
    .map(({ id, name }) => ({ value: id, label: name }));
  const kinds = ['one', 'spread', 'nobody', ...(canKeep ? ['keep'] : [])] as Choice['kind'][];
  return (
    <Stack gap="sm">
      <Text fw={500}>{data ? t('people:end.owns', { count: data.total }) : t('common:state.loading')}</Text>
      {data && data.rules > 0 && (
        <Text size="sm" c="dimmed">
          {t('people:end.rules', { count: data.rules })}
        </Text>
      )}
      <Radio.Group
        label={t('people:end.to')}
        value={choice.kind}
        onChange={(kind) => onChange({ kind, shares: choice.shares.slice(0, kind === 'one' ? 1 : 50) })}
      >
        <Stack gap={6} mt={6}>
          {kinds.map((kind) => (
            <Radio key={kind} value={kind} label={t(`people:end.choice.${kind === 'one' ? 'single' : kind}`)} />
          ))}
        </Stack>
      </Radio.Group>
      {choice.kind === 'one' && (
        <Select
          label={t('people:end.colleague')}
          searchable
          data={colleagues}
          value={choice.shares[0]?.id ?? null}
          onChange={(id) => onChange({ ...choice, shares: id ? [{ id, share: 1 }] : [] })}
        />
      )}
      {choice.kind === 'spread' && (
        <Spread colleagues={colleagues} shares={choice.shares} onChange={(shares) => onChange({ ...choice, shares })} />
      )}
    </Stack>
  );
}

interface SpreadProps {
  colleagues: { value: string; label: string }[];
  shares: HandOverShare[];
  onChange: (shares: HandOverShare[]) => void;
}

function Spread({ colleagues, shares, onChange }: SpreadProps) {
  const t = useText('people');
  const taken = new Set(shares.map(({ id }) => id));
  const nameOf = (id: string) => colleagues.find(({ value }) => value === id)?.label ?? '';
  return (
    <Stack gap="xs">
      {shares.map(({ id, share }) => (
        <Group key={id} gap="xs" wrap="nowrap">
          <Text flex={1} truncate>
            {nameOf(id)}
          </Text>
          <NumberInput
            w={90}
            min={1}
            max={1000}
            allowDecimal={false}
            aria-label={t('people:end.share_of', { name: nameOf(id) })}
            value={share}
            onChange={(value) =>
              onChange(shares.map((one) => (one.id === id ? { id, share: Number(value) || 1 } : one)))
            }
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('people:end.remove', { name: nameOf(id) })}
            onClick={() => onChange(shares.filter((one) => one.id !== id))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Select
        label={t('people:end.add')}
        description={t('people:end.share_help')}
        searchable
        data={colleagues.filter(({ value }) => !taken.has(value))}
        value={null}
        onChange={(id) => id && onChange([...shares, { id, share: 1 }])}
      />
    </Stack>
  );
}
