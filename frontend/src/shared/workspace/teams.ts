import { queryOptions, useQuery } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { Team } from '@/api/types';
import { useWorkspace, type Workspace } from './workspace';

export interface Placed {
  team: Team;
  /** 0 at the top. */
  depth: number;
}

export function teamsQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('teams'),
    queryFn: async ({ signal }): Promise<Team[]> => (await body(workspace.api.GET('/api/v1/teams', { signal }))).data,
  });
}

/** The teams of the workspace; none until they are known. */
export function useTeams(): Team[] {
  return useQuery(teamsQuery(useWorkspace())).data ?? [];
}

/** The teams in the order of the tree, each right below the one it belongs to. */
export function inOrder(teams: Team[]): Placed[] {
  const below = (parent: string | null, depth: number): Placed[] =>
    teams
      .filter((team) => team.parent_id === parent)
      .flatMap((team) => [{ team, depth }, ...below(team.id, depth + 1)]);
  return below(null, 0);
}

/** The teams that another may be put below: not itself, and none that is below it. */
export function outside(teams: Team[], id: string | null): Team[] {
  const inside = new Set([id]);
  for (const { team } of inOrder(teams)) if (team.parent_id && inside.has(team.parent_id)) inside.add(team.id);
  return teams.filter((team) => !inside.has(team.id));
}

export function teamName(teams: Team[], id: string | null): string | undefined {
  return teams.find((team) => team.id === id)?.name;
}
