import { describe, expect, it } from 'vitest';
import { exportHref } from './export';

describe('the address of an export', () => {
  const asked = (state: Parameters<typeof exportHref>[2]) => {
    const url = new URL(exportHref({ id: 'w1' }, { plural: 'leads' }, state, ['name', 'tags']), 'http://x');
    return [url.pathname, Object.fromEntries(url.searchParams)];
  };

  it('names the workspace, the order and the columns', () => {
    expect(asked({ sort: '-name' })).toEqual([
      '/api/v1/leads/export',
      { workspace: 'w1', format: 'csv', sort: '-name', fields: 'name,tags' },
    ]);
  });

  it('carries what narrows the list', () => {
    const filter = { all: [{ field: 'status', op: 'in' as const, value: ['new & old'] }] };
    expect(asked({ sort: 'name', q: '张 +49', filter })[1]).toMatchObject({ q: '张 +49', filter: JSON.stringify(filter) });
  });
});
