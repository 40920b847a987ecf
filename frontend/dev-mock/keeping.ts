import { empty, invalid, json, Refused, route, text, type MockRoute } from './http.ts';
import type { MockState } from './state.ts';
import type { Backup, Restore, WorkspaceExport } from '../src/api/types.ts';

const FIRST: Backup = {
  id: '01900000-0000-7000-8000-0000000000d1',
  taken_at: '2026-01-05T02:00:04Z',
  reason: 'nightly',
  rows: 1234,
  files: 2,
  size: 456_789,
  verified_at: '2026-01-05T02:00:06Z',
};

/** Backups, exports and the closing of a workspace. An export is ready the second time somebody looks. */
export function keepingRoutes(state: MockState): MockRoute[] {
  const exports: WorkspaceExport[] = [];
  const restores: Restore[] = [];
  const find = (id: string) => {
    const found = state.workspaces.find((workspace) => workspace.id === id);
    if (!found) throw new Refused(404, 'not_found');
    return found;
  };
  return [
    route('GET /api/v1/workspace/backups', () =>
      json({ data: [FIRST], running: false, nightly: true, hour: 2, keep: 14 }),
    ),
    route('POST /api/v1/workspace/backups', () => json({ running: true }, 202)),
    route('GET /api/v1/workspace/backups/:id', () => json({ ...FIRST, counts: [{ type: 'lead', then: 1200, now: 240 }] })),
    route('GET /api/v1/workspace/restores', () => {
      const answer = json({ data: restores });
      for (const one of restores) Object.assign(one, { state: 'done', rows: 1234, finished_at: '2026-01-05T09:00:09Z' });
      return answer;
    }),
    route('POST /api/v1/workspace/restores', async ({ json: read }) => {
      const { backup_id, name } = await read();
      if (text(name) !== 'Acme Trading') throw invalid(['/name', 'name_differs']);
      const made: Restore = {
        id: state.newId(),
        backup_id: text(backup_id),
        state: 'queued',
        step: '',
        created_at: '2026-01-05T09:00:00Z',
        finished_at: null,
        asked_by_id: null,
        rows: null,
        safety_backup_id: null,
      };
      restores.unshift(made);
      return json(made, 202);
    }),
    route('GET /api/v1/workspace/exports', () => {
      const answer = json({ data: exports });
      for (const one of exports)
        if (one.state === 'queued')
          Object.assign(one, { state: 'done', size: 9_876_543, rows: 2468, files: 2, expires_at: '2026-02-05T02:00:04Z' });
      return answer;
    }),
    route('POST /api/v1/workspace/exports', () => {
      const made: WorkspaceExport = {
        id: state.newId(),
        state: 'queued',
        created_at: '2026-01-05T09:00:00Z',
        finished_at: null,
        expires_at: null,
        done: 0,
        total: null,
        size: null,
        rows: null,
        files: null,
      };
      exports.unshift(made);
      return json(made, 202);
    }),
    route('GET /api/v1/workspace/exports/:id/download', () => empty()),
    route('POST /api/session/workspaces/:id/close', async ({ params, json: read }) => {
      const workspace = find(params.id ?? '');
      if (text((await read()).name) !== workspace.name) throw invalid(['/name', 'name_differs']);
      Object.assign(workspace, { state: 'closed', purge_at: '2026-02-05T09:00:00Z' });
      return json(workspace);
    }),
    route('POST /api/session/workspaces/:id/reopen', ({ params }) => {
      const workspace = find(params.id ?? '');
      Object.assign(workspace, { state: 'active', purge_at: null });
      return json(workspace);
    }),
  ];
}
