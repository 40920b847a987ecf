import type { Comment, HistoryEvent, Lead, LeadInput, SearchHit, Totals } from '../src/api/types.ts';
import { makeLead } from './data.ts';
import { explain, filterOf, matches } from './filter.ts';
import { empty, invalid, json, Refused, route, type Call, type MockRoute } from './http.ts';
import { COLLEAGUE, LEAD } from './objects.ts';
import type { MockState } from './state.ts';

/** Empty values come last in either direction, as on the server. */
function compare(left: Lead, right: Lead, sort: string): number {
  const name = sort.replace('-', '') as keyof Lead;
  const [a, b] = [left[name] ?? null, right[name] ?? null];
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = JSON.stringify(name === 'name' ? left.display_name : a).localeCompare(
    JSON.stringify(name === 'name' ? right.display_name : b),
  );
  return sort.startsWith('-') ? -order : order;
}

function totals(leads: Lead[], query: URLSearchParams): Totals {
  const by = query.get('by') as 'status';
  const asked = filterOf(query);
  const found = leads.filter((lead) => matches(lead, asked));
  const data = [...new Set(found.map((lead) => lead[by]))].map((value) => {
    const same = found.filter((lead) => lead[by] === value);
    const amounts = same.flatMap(({ expected_value: amount }) => amount ?? []);
    const sums = [...new Set(amounts.map(({ currency }) => currency))].map((currency) => ({
      currency,
      amount_minor: amounts.reduce((sum, each) => sum + (each.currency === currency ? each.amount_minor : 0), 0),
    }));
    return { value, count: same.length, sums: { expected_value: sums } };
  });
  return { complete: true, data };
}

function holds(lead: Lead, words: string): boolean {
  return JSON.stringify(lead).toLowerCase().includes(words);
}

/** What was meant by a word whose letters were swapped. */
function meant(leads: Lead[], typed: string): string | undefined {
  const letters = Array.from(typed).sort().join('');
  const names = leads.flatMap((lead) => lead.display_name.toLowerCase().split(' '));
  return typed === '' || leads.some((lead) => holds(lead, typed))
    ? undefined
    : names.find((name) => Array.from(name).sort().join('') === letters);
}

function search(leads: Lead[], query: URLSearchParams): Response {
  const typed = (query.get('q') ?? '').trim();
  const shown = meant(leads, typed.toLowerCase());
  const words = shown ?? typed.toLowerCase();
  const limit = Number(query.get('limit') ?? 20);
  const found = words === '' ? [] : leads.filter((lead) => holds(lead, words));
  const data: SearchHit[] = found.slice(0, limit).map((lead) => {
    const inName = lead.display_name.toLowerCase().includes(words);
    const email = lead.emails.find((each) => each.toLowerCase().includes(words));
    return {
      type: 'lead',
      id: lead.id,
      display_name: lead.display_name,
      closeness: shown === undefined ? 'words' : 'similar',
      updated_at: lead.updated_at,
      name: pieces(lead.display_name, words),
      matched: inName || email === undefined ? null : { field: 'emails', text: pieces(email, words) },
      note: lead.company === lead.display_name ? null : lead.company,
    };
  });
  return json({ data, more: found.length > limit, corrected: shown === undefined ? null : { typed, shown } });
}

function pieces(text: string, words: string): SearchHit['name'] {
  const at = text.toLowerCase().indexOf(words);
  if (at < 0) return [{ text, hit: false }];
  const parts = [text.slice(0, at), text.slice(at, at + words.length), text.slice(at + words.length)];
  return parts.map((part, index) => ({ text: part, hit: index === 1 })).filter((piece) => piece.text !== '');
}

function list(leads: Lead[], query: URLSearchParams): Response {
  const typed = (query.get('q') ?? '').toLowerCase();
  const shown = meant(leads, typed);
  const words = shown ?? typed;
  const filter = filterOf(query);
  const sort = query.get('sort') ?? '-created_at';
  const found = leads
    .filter((lead) => !words || holds(lead, words))
    .filter((lead) => matches(lead, filter))
    .sort((left, right) => compare(left, right, sort));
  const start = Number(query.get('cursor') ?? 0);
  const end = start + Number(query.get('limit') ?? 50);
  const corrected = shown === undefined ? {} : { corrected: { typed, shown } };
  const exact = found.length <= 10_000;
  const count = query.has('count') ? { count: { value: found.length, exact } } : {};
  return json({ data: found.slice(start, end), next_cursor: end < found.length ? String(end) : null, ...count, ...corrected });
}

function workspaceOf(call: Call): string {
  return call.request.headers.get('X-Workspace') ?? '';
}

function tagged(lead: Lead, status = 200): Response {
  return json(lead, status, { ETag: `"${lead.version}"` });
}

function sameKeys(leads: Lead[], emails: string[], phones: string[], exclude?: string) {
  return leads
    .filter((lead) => lead.id !== exclude)
    .map((lead) => ({
      id: lead.id,
      display_name: lead.display_name,
      reasons: [
        ...(lead.emails.some((email) => emails.includes(email)) ? ['email'] : []),
        ...(lead.phones.some((phone) => phones.includes(phone)) ? ['phone'] : []),
      ],
    }))
    .filter(({ reasons }) => reasons.length > 0)
    .slice(0, 10);
}

function check(input: LeadInput): void {
  const wrong = (input.emails ?? []).findIndex((email) => !email.includes('@'));
  if (wrong >= 0) throw invalid([`/emails/${wrong}`, 'invalid_email']);
  const bad = (input.phones ?? []).findIndex((phone) => !/^\+?[\d ()-]{5,}$/.test(phone));
  if (bad >= 0) throw invalid([`/phones/${bad}`, 'invalid_phone', { reason: 'not_a_number' }]);
  if (input.status === 'unqualified' && !input.unqualified_reason)
    throw invalid(['/unqualified_reason', 'reason_required']);
}

/** Leads of the mock with their versions and history. */
export class MockLeads {
  private readonly removed = new Map<string, Lead>();
  private readonly events = new Map<string, HistoryEvent[]>();
  private readonly state: MockState;

  constructor(state: MockState) {
    this.state = state;
  }

  find(call: Call): Lead {
    const lead = this.state.leadsOf(workspaceOf(call)).find(({ id }) => id === call.params.id);
    if (!lead) throw new Refused(404, 'not_found');
    return lead;
  }

  findForChange(call: Call): Lead {
    const lead = this.find(call);
    const tag = call.request.headers.get('If-Match');
    if (tag === null) throw new Refused(428, 'version_required');
    if (tag !== `"${lead.version}"`) throw new Refused(412, 'stale_version', { current: lead });
    return lead;
  }

  create(call: Call, input: LeadInput): Lead {
    check(input);
    if (!LEAD.identity.some((name) => ((input[name as keyof LeadInput] as string | undefined)?.length ?? 0) > 0))
      throw invalid(['', 'nothing_to_know_it_by']);
    const leads = this.state.leadsOf(workspaceOf(call));
    const duplicates = sameKeys(leads, input.emails ?? [], input.phones ?? []);
    if (duplicates.length > 0 && call.url.searchParams.get('allow_duplicates') !== 'true')
      throw new Refused(409, 'duplicate_record', { duplicates });
    const lead = makeLead(this.state.newId(), { ...input, created_by_id: this.state.account.id });
    leads.unshift(lead);
    this.tell(lead, 'created', {}, lead);
    return lead;
  }

  /** Also what a test uses to act as somebody else. */
  change(lead: Lead, input: LeadInput, actor = this.state.account): Lead {
    check(input);
    if (input.status && input.status !== lead.status && !LEAD.transitions.status?.[lead.status]?.includes(input.status))
      throw invalid(['/status', 'transition_refused']);
    const before = { ...lead };
    Object.assign(lead, makeLead(lead.id, { ...lead, ...input }), {
      version: lead.version + 1,
      updated_at: new Date().toISOString(),
      updated_by_id: actor.id,
    });
    this.tell(lead, 'updated', before, lead, actor);
    return lead;
  }

  remove(call: Call): void {
    const lead = this.findForChange(call);
    const leads = this.state.leadsOf(workspaceOf(call));
    leads.splice(leads.indexOf(lead), 1);
    this.removed.set(lead.id, lead);
    this.tell(lead, 'deleted', {}, {});
  }

  restore(call: Call): Lead {
    const lead = this.removed.get(call.params.id ?? '');
    if (!lead) throw new Refused(404, 'not_found');
    this.removed.delete(lead.id);
    lead.version += 1;
    this.state.leadsOf(workspaceOf(call)).unshift(lead);
    this.tell(lead, 'restored', {}, {});
    return lead;
  }

  history(call: Call): HistoryEvent[] {
    const id = call.params.id ?? '';
    const known = this.events.get(id) ?? [];
    if (this.removed.has(id)) return known;
    const lead = this.find(call);
    if (known.some(({ type }) => type === 'lead.created')) return known;
    return [...known, this.event(lead, 'created', {}, { name: lead.name, company: lead.company }, { id: COLLEAGUE, name: '李明' })];
  }

  /** Also what a test uses to speak as somebody else. */
  say(lead: Lead, body: string, actor: { id: string; name: string } = this.state.account): Comment {
    this.tell(lead, 'commented', {}, {}, actor);
    const comment: Comment = {
      id: this.state.newId(),
      author: { id: actor.id, name: actor.name },
      body,
      mentions: [],
      version: 1,
      created_at: new Date().toISOString(),
      edited_at: null,
    };
    const event = this.events.get(lead.id)?.[0];
    if (event) event.comment = comment;
    return comment;
  }

  private eventOf(call: Call): HistoryEvent & { comment: Comment } {
    const found = this.events.get(call.params.id ?? '')?.find(({ comment }) => comment?.id === call.params.comment);
    if (!found?.comment) throw new Refused(404, 'not_found');
    return found as HistoryEvent & { comment: Comment };
  }

  sayAgain(call: Call, body: string): Comment {
    const { comment } = this.eventOf(call);
    if (call.request.headers.get('If-Match') !== `"${comment.version}"`) throw new Refused(412, 'stale_version');
    return Object.assign(comment, { body, version: comment.version + 1, edited_at: new Date().toISOString() });
  }

  unsay(call: Call): void {
    (this.eventOf(call) as HistoryEvent).comment = null;
  }

  private event(lead: Lead, what: string, before: object, after: object, actor: { id: string; name: string }): HistoryEvent {
    const fields = LEAD.fields.map(({ name }) => ({
      field: name,
      before: (before as Record<string, unknown>)[name] ?? null,
      after: (after as Record<string, unknown>)[name] ?? null,
    }));
    return {
      id: this.state.newId(),
      type: `lead.${what}`,
      at: what === 'created' ? lead.created_at : new Date().toISOString(),
      actor: { id: actor.id, name: actor.name, kind: 'member' },
      source: 'ui',
      version: lead.version,
      batch_id: null,
      comment: null,
      changes: fields.filter((each) => JSON.stringify(each.before) !== JSON.stringify(each.after)),
    };
  }

  private tell(lead: Lead, what: string, before: object, after: object, actor: { id: string; name: string } = this.state.account): void {
    const events = this.events.get(lead.id) ?? [];
    events.unshift(this.event(lead, what, before, after, actor));
    this.events.set(lead.id, events);
  }
}

export function leadRoutes(state: MockState, leads: MockLeads): MockRoute[] {
  const allOf = (call: Call) => state.leadsOf(workspaceOf(call));
  return [
    route('GET /api/v1/search', (call) => search(allOf(call), call.url.searchParams)),
    route('GET /api/v1/leads', (call) => list(allOf(call), call.url.searchParams)),
    route('POST /api/v1/leads', async (call) => tagged(leads.create(call, (await call.json())), 201)),
    route('GET /api/v1/leads/totals', (call) => json(totals(allOf(call), call.url.searchParams))),
    route('GET /api/v1/leads/duplicates', (call) => {
      const { searchParams: query } = call.url;
      const exclude = query.get('exclude') ?? undefined;
      return json({ data: sameKeys(allOf(call), query.getAll('email'), query.getAll('phone'), exclude) });
    }),
    route('GET /api/v1/leads/:id', (call) => tagged(leads.find(call))),
    route('PATCH /api/v1/leads/:id', async (call) => {
      const lead = leads.findForChange(call);
      return tagged(leads.change(lead, (await call.json())));
    }),
    route('DELETE /api/v1/leads/:id', (call) => {
      leads.remove(call);
      return empty();
    }),
    route('POST /api/v1/leads/:id/restore', (call) => tagged(leads.restore(call))),
    route('POST /api/v1/leads/:id/explain', async (call) => {
      const { filter } = (await call.json()) as { filter: Parameters<typeof explain>[1] };
      return json(explain(leads.find(call), filter));
    }),
    route('POST /api/v1/leads/:id/comments', async (call) => json(leads.say(leads.find(call), (await call.json()).body as string), 201)),
    route('PATCH /api/v1/leads/:id/comments/:comment', async (call) => json(leads.sayAgain(call, (await call.json()).body as string))),
    route('DELETE /api/v1/leads/:id/comments/:comment', (call) => {
      leads.unsay(call);
      return empty();
    }),
    route('GET /api/v1/leads/:id/history', (call) => json({ data: leads.history(call), next_cursor: null, last_seen: null })),
  ];
}
