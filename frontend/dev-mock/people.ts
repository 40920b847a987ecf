import type { HandOver, Invitation, MemberDetails, Team } from '../src/api/types.ts';
import { empty, json, Refused, route, type MockRoute } from './http.ts';
import { ACME, ME, type MockState } from './state.ts';

const OMAR = '01900000-0000-7000-8000-0000000000a2';
const AT = '2026-01-05T09:00:00Z';

export const TEAMS: [Team, Team] = [
  { id: '01900000-0000-7000-8000-0000000000b1', name: 'Head office', parent_id: null, position: 0, members: 0 },
  { id: '01900000-0000-7000-8000-0000000000b2', name: 'North', parent_id: '01900000-0000-7000-8000-0000000000b1', position: 0, members: 0 },
];

function member(id: string, name: string, role: string): MemberDetails {
  const email = `${name.split(' ')[0]?.toLowerCase() ?? ''}@example.com`;
  return {
    id, name, email, role, team_id: null, active: true, joined_at: AT, ended_at: null, last_seen_at: null, two_factor: null,
  };
}

/** Members, invitations and hand-overs. A hand-over is done the second time somebody looks. */
export function peopleRoutes(state: MockState): MockRoute[] {
  const members = [member(ME, 'Lena Vogel', 'owner'), member(OMAR, 'Omar Haddad', 'sales')];
  let invitations: Invitation[] = [];
  const handOvers: HandOver[] = [];
  let version = 1;
  const settings = {
    id: ACME,
    name: 'Acme Trading',
    slug: 'acme',
    timezone: 'Europe/Berlin',
    currency: 'EUR',
    language: 'en',
    country: 'DE',
  };
  const settingsReply = () => json(settings, 200, { ETag: `"${version}"` });
  const find = (id = '') => {
    const found = members.find((one) => one.id === id);
    if (!found) throw new Refused(404, 'not_found');
    return found;
  };
  const handOver = (from: string, to: { id: string; share?: number }[]): HandOver => {
    const made: HandOver = {
      id: state.newId(),
      from_id: from,
      to: to.map(({ id, share }) => ({ id, share: share ?? 1 })),
      state: 'queued',
      total: 12,
      moved: 0,
      given: {},
      views: [{ id: state.newId(), object: 'lead', name: 'Hot', to_id: null }],
      error: null,
      created_at: AT,
      created_by_id: ME,
      finished_at: null,
    };
    handOvers.unshift(made);
    return made;
  };
  return [
    route('GET /api/v1/members/details', () =>
      json({ data: members, seats: { allowed: 10, used: members.length, promised: invitations.length } }),
    ),
    route('GET /api/v1/members/:id/holdings', () =>
      json({ data: [{ type: 'lead', field: 'owner_id', count: 12 }], total: 12 }),
    ),
    route('PATCH /api/v1/members/:id', async ({ params, json: read }) => {
      const found = find(params.id);
      if (found.id === ME) throw new Refused(409, 'last_owner');
      return json(Object.assign(found, await read()));
    }),
    route('PUT /api/v1/members/:id/team', async ({ params, json: read }) => {
      const { team_id } = (await read()) as { team_id: string | null };
      Object.assign(find(params.id), { team_id });
      return json({ id: params.id, team_id });
    }),
    route('POST /api/v1/members/:id/deactivate', async ({ params, json: read }) => {
      const found = Object.assign(find(params.id), { active: false, ended_at: AT });
      const wish = (await read()).hand_over as { to: { id: string }[] } | null;
      return json({ hand_over: wish && handOver(found.id, wish.to) });
    }),
    route('POST /api/v1/members/:id/reactivate', ({ params }) => json(Object.assign(find(params.id), { active: true }))),
    route('GET /api/v1/hand-overs', () => {
      const answer = json({ data: handOvers });
      for (const one of handOvers) Object.assign(one, { state: 'done', moved: 12, given: { [one.to[0]?.id ?? 'nobody']: 12 } });
      return answer;
    }),
    route('GET /api/v1/workspace', () => settingsReply()),
    route('PATCH /api/v1/workspace', async ({ request, json: read }) => {
      if (request.headers.get('If-Match') !== `"${version}"`) throw new Refused(412, 'stale_version');
      Object.assign(settings, await read());
      version += 1;
      return settingsReply();
    }),
    route('GET /api/v1/audit', ({ url }) => {
      const person = { id: ME, name: 'Lena Vogel' };
      const data = { address: '192.0.2.7', browser: 'Firefox', system: 'Linux' };
      const signedIn = { id: state.newId(), at: AT, type: 'user.signed_in', actor: person, person, data, names: {} };
      const role = { ...signedIn, id: state.newId(), type: 'membership.role_changed', data: { role: ['sales', 'viewer'] } };
      const moved = {
        ...role,
        id: state.newId(),
        type: 'membership.team_changed',
        data: { team_id: [null, TEAMS[1].id] },
        names: { [TEAMS[1].id]: 'North' },
      };
      const rights = { types: { lead: { read: 'all' } }, fields: { lead: {} }, powers: [] };
      const narrower = { types: { lead: { read: 'own' } }, fields: { lead: { city: 'hidden' } }, powers: ['views'] };
      const limited = {
        ...role,
        id: state.newId(),
        type: 'role.updated',
        data: { key: 'role_1', label_now: 'Branch manager', rights: [rights, narrower] },
      };
      const unknown = { ...signedIn, id: state.newId(), type: 'brand.new', data: {} };
      const all = [signedIn, role, moved, limited, unknown];
      return json({ data: url.searchParams.get('kind') === 'sign_ins' ? [signedIn] : all, next_cursor: null });
    }),
    route('GET /api/v1/invitations', () => json({ data: invitations })),
    route('POST /api/v1/invitations', async ({ json: read }) => {
      const { emails, role, team_id } = (await read()) as { emails: string[]; role: string; team_id: string | null };
      const taken = (email: string) => members.some((one) => one.email === email);
      for (const email of emails.filter((one) => !taken(one)))
        invitations.unshift({
          id: state.newId(),
          email,
          role,
          team_id,
          state: 'pending',
          invited_by: { id: ME, name: 'Lena Vogel' },
          created_at: AT,
          sent_at: AT,
          expires_at: '2099-01-01T00:00:00Z',
        });
      return json({ data: emails.map((email) => ({ email, outcome: taken(email) ? 'already_member' : 'invited' })) }, 201);
    }),
    route('POST /api/v1/invitations/:id/resend', ({ params }) => json({ id: params.id, expires_at: AT }, 202)),
    route('DELETE /api/v1/invitations/:id', ({ params }) => {
      invitations = invitations.filter(({ id }) => id !== params.id);
      return empty();
    }),
  ];
}
