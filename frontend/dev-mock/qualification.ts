import type { Criterion, CriterionInput, FindingInput, Lead, Qualification, Standing } from '../src/api/types.ts';
import { empty, invalid, json, Refused, route, text, type Call, type MockRoute } from './http.ts';
import type { MockLeads } from './leads.ts';
import type { MockState } from './state.ts';

const SILENT = { help_en: '', help_zh: '', filter: null, required: false, points: 0, evidence: false };

function criterion(id: string, given: Partial<Criterion>): Criterion {
  const made = { ...SILENT, name_en: '', name_zh: '', version: 1, ...given, id };
  return { ...made, automatic: made.filter !== null };
}

/** What is demanded of leads, and what was found out about them. */
export class MockQualification {
  demanded: Qualification = {
    threshold: 0,
    confirm: false,
    version: 1,
    criteria: [
      criterion('need', { name_en: 'Has a need', name_zh: '有明确需求', points: 30 }),
      criterion('power', { name_en: 'Has purchasing power', name_zh: '有购买力', points: 30 }),
    ],
  };
  readonly findings = new Map<string, NonNullable<Standing['criteria'][number]['finding']>>();
  private readonly state: MockState;

  constructor(state: MockState) {
    this.state = state;
  }

  standing(lead: Lead): Standing {
    const criteria = this.demanded.criteria.map((each) => {
      const finding = this.findings.get(`${lead.id}/${each.id}`) ?? null;
      const why: Standing['criteria'][number]['why'] =
        finding?.verdict === 'met' && each.evidence && !finding.evidence_kind ? 'no_evidence' : (finding?.verdict ?? 'unknown');
      return { ...each, why, met: why === 'met', finding };
    });
    const score = criteria.reduce((sum, { met, points }) => sum + (met ? points : 0), 0);
    const in_the_way = criteria
      .filter(({ required, met }) => required && !met)
      .map(({ why, name_en, name_zh }) => ({
        pointer: '/status',
        code: `criterion_${why}`,
        detail: name_en,
        params: { name_en, name_zh },
      }));
    return {
      score,
      total: criteria.reduce((sum, { points }) => sum + points, 0),
      threshold: this.demanded.threshold,
      confirm: this.demanded.confirm,
      in_the_way,
      state: lead.qualification_state,
      reason: lead.qualification_reason,
      asked: null,
      may_assess: true,
      may_qualify: ['new', 'working'].includes(lead.status),
      may_confirm: true,
      criteria,
    };
  }

  find(id: string | undefined): Criterion {
    const found = this.demanded.criteria.find((each) => each.id === id);
    if (!found) throw new Refused(404, 'not_found');
    return found;
  }

  note(lead: Lead, id: string, { verdict, evidence_kind, evidence_on, note }: FindingInput): void {
    if (verdict === 'met' && this.find(id).evidence && !evidence_kind) throw invalid(['/evidence_kind', 'evidence_required']);
    this.findings.set(`${lead.id}/${id}`, {
      verdict,
      evidence_kind: evidence_kind ?? null,
      evidence_on: evidence_on ?? null,
      note: note ?? '',
      by: { id: this.state.account.id, name: this.state.account.name },
      at: new Date().toISOString(),
    });
  }

  add(sent: CriterionInput): Criterion {
    if (text(sent.name_en) === '' && text(sent.name_zh) === '') throw invalid(['/name_en', 'required']);
    const made = criterion(this.state.newId(), sent);
    this.demanded.criteria.push(made);
    return made;
  }
}

export function qualificationRoutes(mock: MockQualification, leads: MockLeads): MockRoute[] {
  const decided = async (call: Call, change: Partial<Lead>): Promise<Response> => {
    const lead = leads.find(call);
    const { in_the_way } = mock.standing(lead);
    if (in_the_way.length > 0) throw new Refused(422, 'validation_failed', { errors: in_the_way });
    return Promise.resolve(json(leads.change(lead, change)));
  };
  return [
    route('GET /api/v1/qualification', () => json(mock.demanded)),
    route('PATCH /api/v1/qualification', async (call) => {
      mock.demanded = { ...mock.demanded, ...(await call.json()), version: mock.demanded.version + 1 };
      return json(mock.demanded);
    }),
    route('POST /api/v1/qualification/criteria', async (call) => json(mock.add(await call.json()), 201)),
    route('PUT /api/v1/qualification/criteria/order', async (call) => {
      const { ids } = (await call.json()) as { ids: string[] };
      mock.demanded.criteria = ids.map((id) => mock.find(id));
      return json(mock.demanded);
    }),
    route('PATCH /api/v1/qualification/criteria/:id', async (call) => {
      const found = mock.find(call.params.id);
      return json(Object.assign(found, await call.json(), { version: found.version + 1 }));
    }),
    route('DELETE /api/v1/qualification/criteria/:id', (call) => {
      mock.demanded.criteria = mock.demanded.criteria.filter(({ id }) => id !== call.params.id);
      return empty();
    }),
    route('GET /api/v1/leads/:id/qualification', (call) => json(mock.standing(leads.find(call)))),
    route('PUT /api/v1/leads/:id/qualification/:criterion', async (call) => {
      const lead = leads.find(call);
      mock.note(lead, call.params.criterion ?? '', (await call.json()) as FindingInput);
      return json(mock.standing(lead));
    }),
    route('POST /api/v1/leads/:id/qualify', (call) => decided(call, { status: 'qualified' })),
    route('POST /api/v1/leads/:id/qualification/confirm', (call) =>
      decided(call, { status: 'qualified', qualification_state: null, qualification_reason: null }),
    ),
    route('POST /api/v1/leads/:id/qualification/send-back', async (call) => {
      const reason = text((await call.json()).reason);
      return json(leads.change(leads.find(call), { qualification_state: 'sent_back', qualification_reason: reason } as Partial<Lead>));
    }),
    route('POST /api/v1/leads/:id/qualification/withdraw', (call) =>
      json(leads.change(leads.find(call), { qualification_state: null, qualification_reason: null } as Partial<Lead>)),
    ),
  ];
}
