import type { Assignment, AssignmentLoad, AssignmentRule, AssignmentRuleInput } from '../src/api/types.ts';
import { empty, invalid, json, Refused, route, text, type MockRoute } from './http.ts';
import type { MockLeads } from './leads.ts';
import { COLLEAGUE } from './objects.ts';
import { ME, type MockState } from './state.ts';

const SILENT = { active: true, filter: null, kind: 'sales' as const, member_id: null, team_id: null, given: 0 };

/** Rules of assignment; in the mock the colleague gets every lead. */
export class MockAssignment {
  policy = { capacity: null as number | null, fallback: 'nobody' as const, fallback_id: null, version: 1 };
  rules: AssignmentRule[] = [];
  readonly loads: AssignmentLoad[] = [
    { id: ME, name: 'Lena Vogel', sells: false, may: true, capacity: null, limit: null, paused: false, open: 3 },
    { id: COLLEAGUE, name: '李明', sells: true, may: true, capacity: 5, limit: 5, paused: false, open: 5 },
  ];
  private readonly state: MockState;

  constructor(state: MockState) {
    this.state = state;
  }

  get told(): Assignment {
    return { active: this.rules.some(({ active }) => active), ...this.policy, rules: this.rules };
  }

  find(id: string | undefined): AssignmentRule {
    const found = this.rules.find((rule) => rule.id === id);
    if (!found) throw new Refused(404, 'not_found');
    return found;
  }

  add(sent: AssignmentRuleInput): AssignmentRule {
    if (text(sent.name).trim() === '') throw invalid(['/name', 'required']);
    const rule = { ...SILENT, name: '', version: 1, ...(sent as Partial<AssignmentRule>), id: this.state.newId() };
    this.rules.push(rule);
    return rule;
  }
}

export function assignmentRoutes(mock: MockAssignment, leads: MockLeads): MockRoute[] {
  return [
    route('GET /api/v1/assignment', () => json(mock.told)),
    route('PATCH /api/v1/assignment', async (call) => {
      mock.policy = { ...mock.policy, ...(await call.json()), version: mock.policy.version + 1 };
      return json(mock.told);
    }),
    route('POST /api/v1/assignment/rules', async (call) => json(mock.add(await call.json()), 201)),
    route('PUT /api/v1/assignment/rules/order', async (call) => {
      const { ids } = (await call.json()) as { ids: string[] };
      mock.rules = ids.map((id) => mock.find(id));
      return json(mock.told);
    }),
    route('PATCH /api/v1/assignment/rules/:id', async (call) => {
      const found = mock.find(call.params.id);
      return json(Object.assign(found, await call.json(), { version: found.version + 1 }));
    }),
    route('DELETE /api/v1/assignment/rules/:id', (call) => {
      mock.rules = mock.rules.filter(({ id }) => id !== call.params.id);
      return empty();
    }),
    route('GET /api/v1/assignment/members', () => json({ data: mock.loads })),
    route('PATCH /api/v1/assignment/members/:id', async (call) => {
      const load = mock.loads.find(({ id }) => id === call.params.id);
      if (!load) throw new Refused(404, 'not_found');
      Object.assign(load, await call.json());
      load.limit = load.capacity ?? mock.policy.capacity;
      return json({ data: mock.loads });
    }),
    route('POST /api/v1/assignment/trial', () => {
      const [rule] = mock.rules;
      const why = { why: 'rule', rule: rule && { id: rule.id, name: rule.name }, kind: 'sales', passed_over: [] };
      const rules = mock.rules.map(({ id, name }) => ({ id, name, holds: true, explanation: null }));
      return json({ owner_id: COLLEAGUE, why, rules });
    }),
    route('POST /api/v1/leads/:id/assign', (call) => json(leads.change(leads.find(call), { owner_id: COLLEAGUE }))),
  ];
}
