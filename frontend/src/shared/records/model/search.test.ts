import { defaultParseSearch, defaultStringifySearch } from '@tanstack/react-router';
import { describe, expect, it } from 'vitest';
import { LEAD } from '../../../../dev-mock/objects';
import { readColumns } from './columns';
import { isComplete, operatorsOf, usableFilter } from './filters';
import { fieldOf } from './record';
import { nextSort, readListSearch, type ListSearch } from './search';

function throughAddress(search: ListSearch): ListSearch {
  return readListSearch(defaultParseSearch(defaultStringifySearch({ ...search })));
}

describe('the address of a list', () => {
  it('brings back everything that was put into it', () => {
    const search: ListSearch = {
      q: '深圳 & Söhne 100%',
      filter: {
        all: [
          { field: 'status', op: 'in', value: ['new', 'working'] },
          { field: 'expected_value', op: 'gte', value: { amount_minor: 120_000, currency: 'CNY' } },
          { field: 'created_at', op: 'between', value: ['2026-01-01', '2026-03-31'] },
          { field: 'owner_id', op: 'is_empty' },
          { field: 'name', op: 'contains', value: '"quoted" & {odd}' },
        ],
      },
      sort: '-company',
      cols: 'name:260,emails,company:180',
      open: '01900000-0000-7000-8000-000000000001',
      create: true,
    };
    expect(throughAddress(search)).toEqual(search);
  });

  it('keeps words that look like a number or like JSON as words', () => {
    expect(throughAddress({ q: '13800138000' })).toEqual({ q: '13800138000' });
    expect(throughAddress({ q: 'true' })).toEqual({ q: 'true' });
  });

  it.each([
    { filter: 'all' },
    { filter: { all: 'x' } },
    { filter: { all: [null, 3, { field: 'a' }, { op: 'eq' }] } },
    { sort: 'name;drop' },
    { cols: '<script>' },
    { open: '../../etc' },
    { create: 'yes' },
    { q: '   ' },
    { q: { toString: 'x' } },
  ])('leaves out what cannot be meant: %j', (given) => {
    expect(readListSearch(given)).toEqual({});
  });
});

describe('usableFilter', () => {
  it('drops conditions that the object cannot be asked, and keeps the others', () => {
    const kept = { field: 'city', op: 'contains', value: 'Porto' };
    const filter = {
      all: [
        { field: 'salary', op: 'eq', value: 1 },
        { field: 'city', op: 'between', value: ['a', 'b'] },
        { field: 'city', op: 'contains', value: '' },
        kept,
      ],
    };
    expect(usableFilter(filter, LEAD)).toEqual({ all: [kept] });
    expect(usableFilter({ all: [{ field: 'salary', op: 'eq', value: 1 }] }, LEAD)).toBeUndefined();
  });

  it('keeps what is asked behind a link, and only there', () => {
    const filter = { all: [{ field: 'owner_id.role', op: 'in', value: ['sales'] }] };
    expect(usableFilter(filter, LEAD)).toEqual(filter);
    expect(usableFilter({ all: [{ field: 'city.role', op: 'in', value: ['sales'] }] }, LEAD)).toBeUndefined();
    expect(usableFilter({ all: [{ field: 'owner_id.salary', op: 'in', value: ['1'] }] }, LEAD)).toBeUndefined();
    expect(readColumns('name,owner_id.role', LEAD).map(({ name }) => name)).toEqual(['name']);
  });

  it('lets the records of one import be asked for', () => {
    const filter = { all: [{ field: 'import_id', op: 'eq', value: '01900000-0000-7000-8000-000000000001' }] };
    expect(usableFilter(filter, LEAD)).toEqual(filter);
  });
});

describe('a condition', () => {
  it('is complete only with every value that its operator takes', () => {
    expect(isComplete({ field: 'name', op: 'is_empty' })).toBe(true);
    expect(isComplete({ field: 'name', op: 'contains' })).toBe(false);
    expect(isComplete({ field: 'status', op: 'in', value: [] })).toBe(false);
    expect(isComplete({ field: 'next_step_on', op: 'between', value: ['2026-01-01', null] })).toBe(false);
  });

  it('offers only operators that the server knows for the field', () => {
    for (const name of ['name', 'status', 'emails', 'expected_value', 'next_step_on', 'created_at', 'tags']) {
      const field = fieldOf(LEAD, name);
      if (!field) throw new Error(`no field ${name}`);
      const offered = operatorsOf(field);
      expect(offered.length).toBeGreaterThan(0);
      expect(field.operators).toEqual(expect.arrayContaining(offered));
    }
  });
});

describe('a click on a header', () => {
  it('goes up, down, and back to the order of the object', () => {
    expect(nextSort('-created_at', 'company')).toBe('company');
    expect(nextSort('company', 'company')).toBe('-company');
    expect(nextSort('-company', 'company')).toBeUndefined();
  });
});
