import { describe, expect, it } from 'vitest';
import { LEAD } from '../../../../dev-mock/objects';
import { changeOf, editable, missingReasons, modesOf, type Part } from './edit';
import { fieldOf } from '../model/record';

const part = (field: string, value: unknown, mode: Part['mode'] = 'set'): Part => ({ field, mode, value });
const field = (name: string) => {
  const found = fieldOf(LEAD, name);
  if (!found) throw new Error(name);
  return found;
};

describe('the form for many records', () => {
  it('offers what several can share', () => {
    expect(editable(LEAD).map(({ name }) => name)).not.toContain('external_ids');
    expect(modesOf(field('tags'))).toEqual(['add', 'remove', 'set', 'empty']);
    expect(modesOf(field('status'))).toEqual(['set']);
    expect(modesOf(field('city'))).toEqual(['set', 'empty']);
  });

  it('becomes one change, with tags added beside what is there', () => {
    const parts = [part('city', 'Graz'), part('tags', ['fair'], 'add'), part('rating', null, 'empty'), part('phones', null, 'empty')];
    expect(changeOf(LEAD, parts)).toEqual({ set: { city: 'Graz', rating: null, phones: [] }, add: { tags: ['fair'] } });
  });

  it('is not complete while a field or a value is missing', () => {
    expect(changeOf(LEAD, [])).toBeNull();
    expect(changeOf(LEAD, [{ field: null, mode: 'set', value: 'x' }])).toBeNull();
    expect(changeOf(LEAD, [part('city', '')])).toBeNull();
    expect(changeOf(LEAD, [part('tags', [], 'add')])).toBeNull();
  });

  it('asks why where a value must be explained', () => {
    const parts = [part('status', 'unqualified')];
    expect(missingReasons(LEAD, parts).map(({ name }) => name)).toEqual(['unqualified_reason']);
    expect(changeOf(LEAD, parts)).toBeNull();
    const told = [...parts, part('unqualified_reason', 'No answer')];
    expect(changeOf(LEAD, told)).toEqual({ set: { status: 'unqualified', unqualified_reason: 'No answer' } });
  });
});
