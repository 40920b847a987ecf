import { empty, invalid, json, Refused, route, text, type MockRoute } from './http.ts';
import { ME, type MockState } from './state.ts';
import type { SavedView } from '../src/api/types.ts';

const NOTHING: SavedView['query'] = { filter: null, q: '', sort: null, columns: null };

/** Saved views; every one of them is the person's own or for everyone. */
export function viewRoutes(state: MockState): MockRoute[] {
  const find = (request: Request, id = ''): SavedView => {
    const found = state.views.find((view) => view.id === id);
    if (!found) throw new Refused(404, 'not_found');
    if (request.headers.get('If-Match') !== `"${found.version}"`) throw new Refused(412, 'stale_version', { current: found });
    return found;
  };
  return [
    route('GET /api/v1/views', () => json({ data: state.views })),
    route('POST /api/v1/views', async ({ json: read }) => {
      const given = (await read()) as Partial<SavedView>;
      if (text(given.name).trim() === '') throw invalid(['/name', 'required']);
      const view: SavedView = {
        id: state.newId(),
        object: 'lead',
        name: '',
        owner_id: ME,
        audience: 'private',
        team_id: null,
        works: true,
        layout: 'table',
        default_for: [],
        position: state.views.length,
        may_change: true,
        version: 1,
        ...given,
        query: { ...NOTHING, ...given.query },
      };
      state.views.push(view);
      return json(view, 201);
    }),
    route('PATCH /api/v1/views/:id', async ({ request, params, json: read }) => {
      const view = find(request, params.id);
      Object.assign(view, await read(), { version: view.version + 1 });
      return json(view);
    }),
    route('DELETE /api/v1/views/:id', ({ request, params }) => {
      state.views.splice(state.views.indexOf(find(request, params.id)), 1);
      return empty();
    }),
  ];
}
