import type { Lead, LeadInput } from '../src/api/types.ts';
import { makeLead } from './data.ts';
import { empty, invalid, json, Refused, route, type Call, type MockRoute } from './http.ts';
import type { MockState } from './state.ts';

const IDENTITY = ['name', 'company', 'emails', 'phones', 'external_ids'] as const;

function compare(left: Lead, right: Lead, sort: string): number {
  const name = sort.replace('-', '') as keyof Lead;
  const order = JSON.stringify(left[name] ?? '').localeCompare(JSON.stringify(right[name] ?? ''));
  return sort.startsWith('-') ? -order : order;
}

function list(leads: Lead[], query: URLSearchParams): Response {
  const words = (query.get('q') ?? '').toLowerCase();
  const status = query.get('status');
  const sort = query.get('sort') ?? '-created_at';
  const found = leads
    .filter((lead) => !words || JSON.stringify(lead).toLowerCase().includes(words))
    .filter((lead) => !status || lead.status === status)
    .sort((left, right) => compare(left, right, sort));
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit') ?? 50);
  const count = query.has('count') ? { count: { value: found.length, exact: true } } : {};
  return json({ data: found.slice(start, end), next_cursor: end < found.length ? String(end) : null, ...count });
}

function workspaceOf(call: Call): string {
  return call.request.headers.get('X-Workspace') ?? '';
}

function tagged(lead: Lead, status = 200): Response {
  return json(lead, status, { ETag: `"${lead.version}"` });
}

async function create(state: MockState, call: Call): Promise<Response> {
  const input = (await call.json()) as LeadInput;
  if (!IDENTITY.some((name) => (input[name]?.length ?? 0) > 0)) throw invalid(['', 'identity_required']);
  if (input.emails?.some((email) => !email.includes('@'))) throw invalid(['/emails/0', 'invalid_email']);
  const leads = state.leadsOf(workspaceOf(call));
  const same = leads.filter((lead) => lead.emails.some((email) => input.emails?.includes(email)));
  if (same.length > 0 && call.url.searchParams.get('allow_duplicates') !== 'true') {
    const duplicates = same.map(({ id, display_name }) => ({ id, display_name, reasons: ['email'] }));
    throw new Refused(409, 'duplicate_record', { duplicates });
  }
  const lead = makeLead(state.newId(), input);
  leads.unshift(lead);
  return tagged(lead, 201);
}

export function leadRoutes(state: MockState): MockRoute[] {
  const removed = new Map<string, Lead>();
  const find = (call: Call): Lead => {
    const lead = state.leadsOf(workspaceOf(call)).find(({ id }) => id === call.params.id);
    if (!lead) throw new Refused(404, 'not_found');
    return lead;
  };
  const findForChange = (call: Call): Lead => {
    const lead = find(call);
    const tag = call.request.headers.get('If-Match');
    if (tag === null) throw new Refused(428, 'version_required');
    if (tag !== `"${lead.version}"`) throw new Refused(412, 'stale_version', { current: lead });
    return lead;
  };
  return [
    route('GET /api/v1/leads', (call) => list(state.leadsOf(workspaceOf(call)), call.url.searchParams)),
    route('POST /api/v1/leads', (call) => create(state, call)),
    route('GET /api/v1/leads/duplicates', () => json({ data: [] })),
    route('GET /api/v1/leads/:id', (call) => tagged(find(call))),
    route('PATCH /api/v1/leads/:id', async (call) => {
      const lead = findForChange(call);
      const changes = (await call.json()) as LeadInput;
      Object.assign(lead, makeLead(lead.id, { ...lead, ...changes }), { version: lead.version + 1 });
      return tagged(lead);
    }),
    route('DELETE /api/v1/leads/:id', (call) => {
      const lead = findForChange(call);
      const leads = state.leadsOf(workspaceOf(call));
      leads.splice(leads.indexOf(lead), 1);
      removed.set(lead.id, lead);
      return empty();
    }),
    route('POST /api/v1/leads/:id/restore', (call) => {
      const lead = removed.get(call.params.id ?? '');
      if (!lead) throw new Refused(404, 'not_found');
      state.leadsOf(workspaceOf(call)).unshift(lead);
      return tagged(lead);
    }),
    route('GET /api/v1/leads/:id/history', (call) => {
      const lead = find(call);
      const actor = { id: state.account.id, name: state.account.name, kind: 'member' };
      const event = { id: `e-${lead.id}`, type: 'lead.created', at: lead.created_at, actor, source: 'ui', version: 1 };
      return json({ data: [{ ...event, batch_id: null, changes: [] }], next_cursor: null });
    }),
  ];
}
