import type { Import } from '../src/api/types.ts';
import { json, Refused, route, type MockRoute } from './http.ts';
import { makeLeads } from './data.ts';
import type { MockState } from './state.ts';

function makeImport(id: string, filename: string, size: number): Import {
  return {
    id,
    object: 'lead',
    filename,
    size,
    state: 'ready',
    dry_run: false,
    format: 'csv',
    encoding: 'utf-8',
    delimiter: ',',
    has_header: true,
    sheet: null,
    sheets: [],
    mapping: {},
    duplicates: 'skip',
    external_system: null,
    progress: { bytes_done: 0, bytes_total: size, rows: 0, rows_per_second: null, seconds_left: null },
    counts: { created: 0, updated: 0, filled: 0, skipped: 0, rejected: 0 },
    undo: null,
    error: null,
    created_at: new Date().toISOString(),
    started_at: null,
    finished_at: null,
    created_by_id: null,
  };
}

export function importRoutes(state: MockState): MockRoute[] {
  const ofCall = (request: Request) => state.importsOf(request.headers.get('X-Workspace') ?? '');
  return [
    route('GET /api/v1/imports', ({ request }) => json({ data: ofCall(request), next_cursor: null })),
    route('POST /api/v1/imports/sample', ({ request }) => {
      const made = makeImport(state.newId(), 'sample-leads.csv', 48_000);
      made.state = 'done';
      made.counts.created = 40;
      ofCall(request).unshift(made);
      state.leadsOf(request.headers.get('X-Workspace') ?? '').push(...makeLeads(40));
      return json(made, 202);
    }),
    route('GET /api/v1/imports/:id', ({ request, params }) => {
      const found = ofCall(request).find(({ id }) => id === params.id);
      if (!found) throw new Refused(404, 'not_found');
      return json(found);
    }),
  ];
}
