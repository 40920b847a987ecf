import type { RetentionRule, RetentionRuleInput, RetentionRun } from '../src/api/types.ts';
import { json, Refused, route, type MockRoute } from './http.ts';

/** How long leads are kept; in the mock one of them is always due. */
export class MockRetention {
  rule: RetentionRule = { object: 'lead', months: null, filter: null, history_months: null, next_run_at: null, due: null, version: 0 };
  runs: RetentionRun[] = [];
}

export function retentionRoutes(mock: MockRetention): MockRoute[] {
  return [
    route('GET /api/v1/retention', () => json({ data: [mock.rule], runs: mock.runs })),
    route('PUT /api/v1/retention/:id', async (call) => {
      const sent = (await call.json()) as RetentionRuleInput;
      const isOff = sent.months === null;
      const next = isOff ? { next_run_at: null, due: null } : { next_run_at: '2026-12-03T08:00:00Z', due: { value: 1, exact: true } };
      mock.rule = { ...mock.rule, ...sent, ...next, version: mock.rule.version + 1 };
      return json(mock.rule);
    }),
    route('POST /api/v1/retention/:id/preview', () =>
      json({
        count: { value: 1, exact: true },
        records: [{ id: '01900000-0000-7000-8000-00000000000a', display_name: 'Anna Berg', last_at: '2023-01-01T00:00:00Z' }],
      }),
    ),
    route('POST /api/v1/retention/runs/:id/undo', (call) => {
      const run = mock.runs.find(({ id }) => id === call.params.id);
      if (!run) throw new Refused(404, 'not_found');
      run.undoing = 'done';
      return json({ id: run.id }, 202);
    }),
  ];
}
