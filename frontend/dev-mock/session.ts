import type { Session, User, WorkspaceSummary } from '../src/api/types.ts';
import { empty, invalid, json, Refused, route, text, type Json, type MockRoute } from './http.ts';
import { accountRoutes } from './account.ts';
import type { MockState } from './state.ts';

function slugify(name: string): string {
  const slug = name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return slug || 'workspace';
}

function sessionBody(state: MockState): Session {
  return {
    csrf_token: state.csrfToken,
    user: state.user,
    second_step: state.secondStep,
    workspaces: state.user ? state.workspaces : [],
    deployment: { mailbox_url: '/dev/mailbox', demo: { email: state.account.email, password: state.password } },
  };
}

function addWorkspace(state: MockState, body: Json): WorkspaceSummary {
  const name = text(body.organisation);
  const slug = text(body.slug) || slugify(name);
  if (state.workspaces.some((workspace) => workspace.slug === slug)) throw invalid(['/slug', 'slug_taken']);
  const workspace: WorkspaceSummary = { id: state.newId(), slug, name, role: 'admin', state: 'provisioning', purge_at: null };
  state.workspaces.push(workspace);
  return workspace;
}

function signUp(state: MockState, body: Json): Response {
  const password = text(body.password);
  if (password.length < 10) throw invalid(['/password', 'password_too_short', { min: 10 }]);
  if (password === 'password123') throw invalid(['/password', 'password_common']);
  addWorkspace(state, body);
  state.account = { ...state.account, name: text(body.name), email: text(body.email) };
  return json({ status: 'verification_sent', email: body.email }, 202);
}

/** Tokens that the mock knows: `expired`, `used`, `elsewhere`, and anything else, which is good. */
function verify(state: MockState, { token, password }: Json): Response {
  if (token === 'expired') throw new Refused(410, 'link_expired');
  if (token === 'used') throw new Refused(410, 'link_used');
  if (token === 'elsewhere' && !password) throw new Refused(403, 'password_required');
  if (token === 'elsewhere' && password !== state.password) throw new Refused(401, 'bad_credentials');
  state.user = state.account;
  return json({ ...sessionBody(state), workspace_id: state.workspaces.at(-1)?.id });
}

const INVITED = 'ada@example.com';

/** Tokens that the mock knows: `expired`, `used`, `revoked`, `mine` (for the mock's person), anything else for Ada. */
function offer(state: MockState, token: unknown) {
  if (token === 'expired' || token === 'used') throw new Refused(410, `link_${token}`);
  if (token === 'revoked') throw new Refused(410, 'invitation_revoked');
  const email = token === 'mine' ? state.account.email : INVITED;
  return {
    workspace: 'Acme Trading',
    invited_by: 'Omar Haddad',
    email,
    role: 'sales',
    language: 'en',
    timezone: 'Europe/Berlin',
    expires_at: '2099-01-01T00:00:00Z',
    for_me: state.user ? state.user.email === email : null,
  };
}

function join(state: MockState, body: Json): Response {
  const { email } = offer(state, body.token);
  if (text(body.password).length < 10) throw invalid(['/password', 'password_too_short', { min: 10 }]);
  state.account = { ...state.account, name: text(body.name), email };
  state.user = state.account;
  return json({ ...sessionBody(state), workspace_id: state.workspaces[0]?.id });
}

export function sessionRoutes(state: MockState): MockRoute[] {
  const polls = new Map<string, number>();
  return [
    route('GET /api/session', () => json(sessionBody(state))),
    route('POST /api/session/sign-up', async ({ json: read }) => signUp(state, await read())),
    route('POST /api/session/verify', async ({ json: read }) => verify(state, await read())),
    route('POST /api/session/invitation', async ({ json: read }) => json(offer(state, (await read()).token))),
    route('POST /api/session/invitation/join', async ({ json: read }) => join(state, await read())),
    route('POST /api/session/invitation/accept', async ({ json: read }) => {
      if (!offer(state, (await read()).token).for_me) throw new Refused(403, 'other_address');
      return json({ ...sessionBody(state), workspace_id: state.workspaces[0]?.id });
    }),
    route('POST /api/session/resend', () => json({ status: 'verification_sent' }, 202)),
    route('POST /api/session/sign-in', async ({ json: read }) => {
      const body = await read();
      if (body.password === 'too many') throw new Refused(429, 'rate_limited', {}, { 'Retry-After': '60' });
      if (body.password !== state.password) throw new Refused(401, 'bad_credentials');
      if (state.account.two_factor) state.secondStep = true;
      else state.user = state.account;
      return json(sessionBody(state));
    }),
    ...accountRoutes(state, () => sessionBody(state)),
    route('POST /api/session/sign-out', () => {
      state.user = null;
      return empty();
    }),
    route('PATCH /api/session/profile', async ({ json: read }) => {
      const body = await read();
      if (state.refuseProfile) throw new Refused(503, 'unavailable');
      if (body.name === '') throw invalid(['/name', 'required']);
      state.account = { ...state.account, ...(body as Partial<User>) };
      state.user = state.account;
      return json({ user: state.user });
    }),
    route('GET /api/session/slug', ({ url }) => {
      const slug = slugify(url.searchParams.get('name') ?? '');
      return json({ slug, available: !state.workspaces.some((workspace) => workspace.slug === slug) });
    }),
    route('POST /api/session/workspaces', async ({ json: read }) => json(addWorkspace(state, await read()), 202)),
    route('GET /api/session/workspaces/:id', ({ params }) => {
      const workspace = state.workspaces.find(({ id }) => id === params.id);
      if (!workspace) throw new Refused(404, 'not_found');
      const seen = (polls.get(workspace.id) ?? 0) + 1;
      polls.set(workspace.id, seen);
      if (seen > 2) workspace.state = 'active';
      return json(workspace);
    }),
  ];
}
