import { describe, expect, it } from 'vitest';
import { LEAD } from '../../../../dev-mock/objects';
import { defaultColumns, moveColumn, readColumns, writeColumns } from './columns';

describe('columns in their written form', () => {
  it('read back as they were written', () => {
    const columns = [{ name: 'name', width: 260 }, { name: 'emails' }, { name: 'company', width: 180 }];
    expect(readColumns(writeColumns(columns), LEAD)).toEqual(columns);
  });

  it('always begin with the title, whatever an address says', () => {
    expect(readColumns('company,emails', LEAD).map(({ name }) => name)).toEqual(['name', 'company', 'emails']);
    expect(readColumns('company,name:300', LEAD)[0]).toEqual({ name: 'name', width: 300 });
  });

  it('leave out fields that are unknown or named twice, and absurd widths', () => {
    expect(readColumns('name,salary,company,company,city:99999,region:1', LEAD)).toEqual([
      { name: 'name' },
      { name: 'company' },
      { name: 'city', width: 640 },
      { name: 'region', width: 80 },
    ]);
  });

  it('are at first those that the object lists', () => {
    expect(defaultColumns(LEAD).map(({ name }) => name)).toEqual([
      'name', 'company', 'emails', 'phones', 'status', 'rating', 'source', 'owner_id', 'expected_value', 'next_step_on', 'created_at',
    ]);
  });
});

describe('moveColumn', () => {
  const columns = ['name', 'company', 'emails', 'city'].map((name) => ({ name }));
  const order = (from: number, to: number) => moveColumn(columns, from, to).map(({ name }) => name).join(' ');

  it('puts a column where it is wanted', () => {
    expect(order(3, 1)).toBe('name city company emails');
    expect(order(1, 2)).toBe('name emails company city');
  });

  it('never moves the first column, nor anything before it', () => {
    expect(order(0, 2)).toBe('name company emails city');
    expect(order(2, 0)).toBe('name emails company city');
  });
});
