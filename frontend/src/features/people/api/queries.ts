import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { body } from '@/api/client';
import type { HandOverShare } from '@/api/types';
import { teamsQuery } from '@/shared/workspace/teams';
import { membersQuery, meQuery, type Workspace } from '@/shared/workspace/workspace';

const LOOK_MS = 1500;

export function detailsQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('people', 'details'),
    queryFn: ({ signal }) => body(workspace.api.GET('/api/v1/members/details', { signal })),
  });
}

export function invitationsQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('people', 'invitations'),
    queryFn: async ({ signal }) => (await body(workspace.api.GET('/api/v1/invitations', { signal }))).data,
  });
}

export function handOversQuery(workspace: Workspace) {
  return queryOptions({
    queryKey: workspace.key('people', 'hand-overs'),
    queryFn: async ({ signal }) => (await body(workspace.api.GET('/api/v1/hand-overs', { signal }))).data,
    refetchInterval: ({ state }) => (state.data?.some((one) => one.state === 'queued') ? LOOK_MS : false),
  });
}

/** How many records a member is responsible for. */
export function holdingsQuery(workspace: Workspace, id: string) {
  return queryOptions({
    queryKey: workspace.key('people', 'holdings', id),
    queryFn: ({ signal }) =>
      body(workspace.api.GET('/api/v1/members/{id}/holdings', { params: { path: { id } }, signal })),
    staleTime: 0,
  });
}

/** What becomes of the records: null leaves them as they are, an empty list leaves them without an owner. */
export type HandOverWish = HandOverShare[] | null;

/** Everything that changes who is here. Lists of people are read again afterwards, whatever came of it. */
export function usePeople(workspace: Workspace) {
  const client = useQueryClient();
  const { api } = workspace;
  const settle = async (): Promise<void> => {
    await Promise.all([
      client.invalidateQueries({ queryKey: workspace.key('people') }),
      client.invalidateQueries({ queryKey: membersQuery(workspace).queryKey }),
      client.invalidateQueries({ queryKey: teamsQuery(workspace).queryKey }),
      client.invalidateQueries({ queryKey: meQuery(workspace).queryKey }),
    ]);
  };
  const act = <V, R>(mutationFn: (values: V) => Promise<R>) => ({ mutationFn, onSettled: settle });
  const at = (id: string) => ({ params: { path: { id } } });
  const invite = useMutation(
    act((draft: { emails: string[]; role: string; team_id: string | null }) => body(api.POST('/api/v1/invitations', { body: draft }))),
  );
  const resend = useMutation(act((id: string) => body(api.POST('/api/v1/invitations/{id}/resend', at(id)))));
  const revoke = useMutation(act((id: string) => body(api.DELETE('/api/v1/invitations/{id}', at(id)))));
  const changeRole = useMutation(
    act(({ id, role }: { id: string; role: string }) =>
      body(api.PATCH('/api/v1/members/{id}', { ...at(id), body: { role } })),
    ),
  );
  const changeTeam = useMutation(
    act(({ id, team_id }: { id: string; team_id: string | null }) =>
      body(api.PUT('/api/v1/members/{id}/team', { ...at(id), body: { team_id } })),
    ),
  );
  const reactivate = useMutation(act((id: string) => body(api.POST('/api/v1/members/{id}/reactivate', at(id)))));
  const deactivate = useMutation(
    act(({ id, to }: { id: string; to: HandOverWish }) =>
      body(api.POST('/api/v1/members/{id}/deactivate', { ...at(id), body: { hand_over: to && { to } } })),
    ),
  );
  const handOver = useMutation(
    act(({ id, to }: { id: string; to: HandOverShare[] }) =>
      body(api.POST('/api/v1/members/{id}/hand-over', { ...at(id), body: { to } })),
    ),
  );
  return { invite, resend, revoke, changeRole, changeTeam, reactivate, deactivate, handOver };
}

export function leaveWorkspace(workspace: Workspace, to: HandOverWish) {
  return body(workspace.api.POST('/api/v1/members/leave', { body: { hand_over: to && { to } } }));
}

/** Where the list of what moved is downloaded; a plain link cannot send a header. */
export function movedHref(workspace: Workspace, id: string): string {
  return `/api/v1/hand-overs/${id}/records?workspace=${workspace.id}`;
}
