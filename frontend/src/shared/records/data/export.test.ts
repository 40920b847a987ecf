import { describe, expect, it } from 'vitest';
import { exportHref, type ExportChoice } from './export';

describe('the address of an export', () => {
  const asked = (state: Parameters<typeof exportHref>[2], choice: Partial<ExportChoice> = {}) =>
    new URL(
      exportHref({ id: 'w1' }, { plural: 'leads' }, state, { format: 'csv', fields: ['name', 'tags'], headers: null, ...choice }),
      'http://x',
    );

  it('names the workspace, the order and the columns', () => {
    const url = asked({ sort: '-name' });
    expect(url.pathname).toBe('/api/v1/leads/export');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      workspace: 'w1',
      format: 'csv',
      sort: '-name',
      fields: 'name,tags',
      mark: '1',
    });
  });

  it('carries what narrows the list', () => {
    const filter = { all: [{ field: 'status', op: 'in' as const, value: ['new & old'] }] };
    const url = asked({ sort: 'name', q: '张 +49', filter });
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ q: '张 +49', filter: JSON.stringify(filter) });
  });

  it('says what the columns are called', () => {
    const url = asked({ sort: 'name' }, { format: 'xlsx', headers: ['Name, first', '标签'] });
    expect(url.searchParams.getAll('header')).toEqual(['Name, first', '标签']);
    expect(url.searchParams.has('mark')).toBe(false);
  });
});
