import type { Import, ImportPatch, ImportPreview, Lead, LeadInput } from '../src/api/types.ts';
import { makeLead, makeLeads } from './data.ts';
import { invalid, json, Refused, route, type Call, type MockRoute } from './http.ts';
import { LEAD } from './objects.ts';
import type { MockState } from './state.ts';

const SUGGESTED: Record<string, string> = {
  name: 'name',
  姓名: 'name',
  company: 'company',
  公司: 'company',
  'e-mail': 'emails',
  email: 'emails',
  邮箱: 'emails',
  phone: 'phones',
  电话: 'phones',
  city: 'city',
  id: 'external_ids',
};
/** Reads that a run takes to its end. */
const POLLS = 3;

interface Stored {
  run: Import;
  headers: string[];
  rows: string[][];
  polls: number;
  made: Lead[];
}

function readTable(text: string, delimiter: string): string[][] {
  return text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.split(delimiter));
}

function makeImport(id: string, filename: string, size: number, headers: string[]): Import {
  const matched = headers.flatMap((header, index) => {
    const target = SUGGESTED[header.trim().toLowerCase()];
    return target ? [[String(index), target] as const] : [];
  });
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
    headers,
    notes: [],
    mapping: Object.fromEntries(matched),
    duplicates: 'skip',
    external_system: filename.replace(/\.\w+$/, ''),
    date_order: null,
    decimal: null,
    bad_cells: 'reject',
    unowned: 'importer',
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

/** Imports of the mock: a comma separated table, its preview, a run that takes a few reads, an undo. */
export class MockImports {
  private readonly stored = new Map<string, Stored>();
  private readonly state: MockState;

  constructor(state: MockState) {
    this.state = state;
  }

  /** Also what a test uses to have a file uploaded, since jsdom sends no uploads. */
  add(workspace: string, filename: string, text: string): Import {
    const [headers = [], ...rows] = readTable(text, ',');
    const run = makeImport(this.state.newId(), filename, text.length, headers);
    run.created_by_id = this.state.account.id;
    this.stored.set(run.id, { run, headers, rows, polls: 0, made: [] });
    this.state.importsOf(workspace).unshift(run);
    return run;
  }

  find(call: Call): Stored {
    const found = this.stored.get(call.params.id ?? '');
    if (!found) throw new Refused(404, 'not_found');
    return found;
  }

  change(stored: Stored, patch: ImportPatch): Import {
    const { mapping, ...rest } = patch;
    const merged = Object.entries({ ...stored.run.mapping, ...mapping }).filter(([, target]) => target !== null);
    const targets = merged.map(([, target]) => target).filter((target) => target !== 'emails' && target !== 'phones');
    const twice = targets.find((target, index) => targets.indexOf(target) !== index);
    if (twice) throw invalid(['/mapping', 'target_used_twice', { field: twice }]);
    Object.assign(stored.run, rest, { mapping: Object.fromEntries(merged), state: 'ready', dry_run: false });
    return stored.run;
  }

  preview({ run, headers, rows }: Stored): ImportPreview {
    return {
      columns: headers.map((header, index) => ({
        index,
        header,
        samples: rows.slice(0, 3).flatMap((row) => row[index] ?? []),
        field: run.mapping[index] ?? null,
        suggested: SUGGESTED[header.trim().toLowerCase()] ?? null,
      })),
      unmapped: headers.flatMap((_, index) => (run.mapping[index] ? [] : [index])),
      rows: rows.slice(0, 20).map((cells, index) => {
        const { values, problems } = this.read(run, cells);
        return {
          line: index + 2,
          cells,
          values,
          problems,
          outcome: problems.length > 0 ? 'reject' : 'create',
          duplicate_of: null,
        };
      }),
    };
  }

  start(stored: Stored, dryRun: boolean): Import {
    if (Object.keys(stored.run.mapping).length === 0) throw invalid(['/mapping', 'nothing_mapped']);
    stored.polls = 0;
    const at = new Date().toISOString();
    Object.assign(stored.run, { state: 'running', dry_run: dryRun, started_at: at, finished_at: null });
    return stored.run;
  }

  /** Each read moves a run on. */
  poll(workspace: string, stored: Stored): Import {
    const { run } = stored;
    if (run.state === 'undoing') this.takeBack(workspace, stored);
    if (run.state === 'cancelling') run.state = 'cancelled';
    if (run.state !== 'running') return run;
    stored.polls += 1;
    const share = Math.min(1, stored.polls / POLLS);
    run.progress = {
      bytes_done: Math.round(run.size * share),
      bytes_total: run.size,
      rows: Math.round(stored.rows.length * share),
      rows_per_second: 850,
      seconds_left: Math.ceil((1 - share) * 12),
    };
    if (share >= 1) this.finish(workspace, stored);
    return run;
  }

  private finish(workspace: string, stored: Stored): void {
    const { run, rows } = stored;
    const read = rows.map((cells) => this.read(run, cells));
    const good = read.filter(({ problems }) => problems.length === 0);
    run.state = 'done';
    run.finished_at = new Date().toISOString();
    run.counts = { created: good.length, updated: 0, filled: 0, skipped: 0, rejected: read.length - good.length };
    if (run.dry_run) return;
    stored.made = good.map(({ values }) => makeLead(this.state.newId(), { ...values, import_id: run.id }));
    this.state.leadsOf(workspace).unshift(...stored.made);
  }

  private takeBack(workspace: string, { run, made }: Stored): void {
    const leads = this.state.leadsOf(workspace);
    const untouched = made.filter((lead) => lead.version === 1 && leads.includes(lead));
    for (const lead of untouched) leads.splice(leads.indexOf(lead), 1);
    run.state = 'undone';
    run.undo = { removed: untouched.length, restored: 0, skipped: made.length - untouched.length };
  }

  conflicts({ made }: Stored) {
    return made
      .filter((lead) => lead.version > 1)
      .map(({ id, display_name }) => ({ id, display_name, reason: 'edited' as const }));
  }

  private read(run: Import, cells: string[]) {
    const values: Record<string, unknown> = {};
    const problems: ImportPreview['rows'][number]['problems'] = [];
    for (const [column, target] of Object.entries(run.mapping)) {
      const cell = cells[Number(column)]?.trim() ?? '';
      if (cell === '' || !target) continue;
      const kind = LEAD.fields.find(({ name }) => name === target)?.kind;
      if (kind === 'email_list' && !cell.includes('@'))
        problems.push({ column: Number(column), field: target, code: 'invalid_email', detail: '', params: {}, fatal: true });
      else if (kind === 'external_ids') values[target] = [{ system: run.external_system ?? '', value: cell }];
      else values[target] = kind === 'email_list' || kind === 'phone_list' || kind === 'tags' ? [cell] : cell;
    }
    return { values: values as LeadInput, problems };
  }
}

export function importRoutes(state: MockState, imports: MockImports): MockRoute[] {
  const workspaceOf = ({ request }: Call): string => request.headers.get('X-Workspace') ?? '';
  return [
    route('GET /api/v1/imports', (call) => json({ data: state.importsOf(workspaceOf(call)), next_cursor: null })),
    route('POST /api/v1/imports', async (call) => {
      const file = (await call.request.formData()).get('file');
      if (!(file instanceof File)) throw invalid(['/file', 'required']);
      const text = await file.text();
      if (text.startsWith('%PDF')) throw invalid(['/file', 'not_a_table']);
      return json(imports.add(workspaceOf(call), file.name, text), 201);
    }),
    route('POST /api/v1/imports/sample', (call) => {
      const made = imports.add(workspaceOf(call), 'sample-leads.csv', 'Name\n');
      made.state = 'done';
      made.counts.created = 40;
      state.leadsOf(workspaceOf(call)).push(...makeLeads(40));
      return json(made, 202);
    }),
    route('GET /api/v1/imports/:id', (call) => json(imports.poll(workspaceOf(call), imports.find(call)))),
    route('PATCH /api/v1/imports/:id', async (call) => json(imports.change(imports.find(call), await call.json()))),
    route('GET /api/v1/imports/:id/preview', (call) => json(imports.preview(imports.find(call)))),
    route('POST /api/v1/imports/:id/start', async (call) =>
      json(imports.start(imports.find(call), (await call.json()).dry_run === true), 202),
    ),
    route('POST /api/v1/imports/:id/cancel', (call) => {
      const { run } = imports.find(call);
      run.state = 'cancelling';
      return json(run, 202);
    }),
    route('POST /api/v1/imports/:id/undo', (call) => {
      const { run } = imports.find(call);
      run.state = 'undoing';
      return json(run, 202);
    }),
    route('GET /api/v1/imports/:id/undo-conflicts', (call) => json({ data: imports.conflicts(imports.find(call)) })),
  ];
}
