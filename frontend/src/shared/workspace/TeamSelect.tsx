import { Select, type SelectProps } from '@mantine/core';
import { inOrder } from './teams';
import type { Team } from '@/api/types';

const STEP = 16;
const SEARCHED_FROM = 8;

interface Props extends Omit<SelectProps, 'data' | 'renderOption'> {
  teams: Team[];
}

/** Chooses a team from the tree; teams of one name are told apart by where they stand. */
export function TeamSelect({ teams, ...props }: Props) {
  const placed = inOrder(teams);
  const depths = new Map(placed.map(({ team, depth }) => [team.id, depth]));
  return (
    <Select
      data={placed.map(({ team }) => ({ value: team.id, label: team.name }))}
      renderOption={({ option }) => (
        <span style={{ paddingInlineStart: (depths.get(option.value) ?? 0) * STEP }}>{option.label}</span>
      )}
      searchable={teams.length >= SEARCHED_FROM}
      {...props}
    />
  );
}
