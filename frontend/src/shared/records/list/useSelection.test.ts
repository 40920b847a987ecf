import { act, renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { RecordData } from '../model/record';
import { useSelection } from './useSelection';

const record = (id: string): RecordData =>
  ({ id, version: 1, display_name: id, created_at: '', updated_at: '', updated_by_id: null }) satisfies RecordData;
const ROWS = ['a', 'b', 'c', 'd'].map(record);

function select(first = ROWS, list: unknown = 'all leads') {
  return renderHook(({ rows, of }) => useSelection(rows, of), { initialProps: { rows: first, of: list } });
}

describe('the selection of rows', () => {
  it('goes from the last row touched to this one with shift', () => {
    const { result } = select();
    act(() => result.current.toggle(1, false));
    act(() => result.current.toggle(3, true));
    expect([...result.current.ids]).toEqual(['b', 'c', 'd']);
    act(() => result.current.toggle(2, false));
    expect([...result.current.ids]).toEqual(['b', 'd']);
  });

  it('lets go of rows that leave the list', () => {
    const { result, rerender } = select();
    act(() => result.current.toggleLoaded());
    rerender({ rows: ROWS.slice(1), of: 'all leads' });
    expect([...result.current.ids]).toEqual(['b', 'c', 'd']);
    act(() => result.current.toggleLoaded());
    expect(result.current.ids.size).toBe(0);
  });

  it('holds everything, also what is loaded later, until a row is released or the list is another one', () => {
    const { result, rerender } = select(ROWS.slice(0, 2));
    act(() => result.current.selectEverything());
    rerender({ rows: ROWS, of: 'all leads' });
    expect(result.current.everything).toBe(true);
    expect(result.current.ids.size).toBe(4);
    act(() => result.current.toggle(0, false));
    expect(result.current.everything).toBe(false);
    expect([...result.current.ids]).toEqual(['b', 'c', 'd']);
    act(() => result.current.selectEverything());
    rerender({ rows: ROWS, of: 'new leads' });
    expect(result.current.everything).toBe(false);
  });
});
