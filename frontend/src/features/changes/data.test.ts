import { describe, expect, it } from 'vitest';
import type { Batch, Import } from '@/api/types';
import { merged } from './data';

const batch = (created_at: string) => ({ id: `b${created_at}`, created_at }) as Batch;
const run = (created_at: string, more: Partial<Import> = {}) => ({ id: `i${created_at}`, created_at, state: 'done', ...more }) as Import;
const ids = (changes: ReturnType<typeof merged>) => changes.map((change) => ('batch' in change ? change.batch.id : change.run.id));

describe('jobs and imports in one list', () => {
  it('stand by time, without what has stored nothing', () => {
    const runs = [run('5', { state: 'ready' }), run('4'), run('2', { dry_run: true })];
    expect(ids(merged([batch('6'), batch('3')], false, runs, false))).toEqual(['b6', 'i4', 'b3']);
  });

  it('keep back what may have something in between that is not loaded', () => {
    expect(ids(merged([batch('9'), batch('8')], true, [run('7'), run('1')], false))).toEqual(['b9', 'b8']);
  });
});
