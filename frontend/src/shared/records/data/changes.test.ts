import { beforeEach, describe, expect, it } from 'vitest';
import { ApiProblem } from '@/api/problem';
import type { RecordData, Values } from '../model/record';
import { ChangeConflict, RecordChanges } from './changes';

const AT = '2026-11-23T12:00:00Z';
const BASE: RecordData = {
  id: 'r1',
  version: 1,
  display_name: 'Anna',
  created_at: AT,
  updated_at: AT,
  updated_by_id: null,
  company: 'Acme',
  city: 'Porto',
};

/** A server with one record, optimistic locking, and answers that wait until they are let go. */
class Server {
  record = BASE;
  sent: { version: number; values: Values }[] = [];
  refuse: ApiProblem | null = null;
  private waiting: (() => void)[] = [];

  send = async (_id: string, version: number, values: Values): Promise<RecordData> => {
    this.sent.push({ version, values });
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.refuse) throw this.refuse;
    if (version !== this.record.version) throw problem(412, 'stale_version', { current: this.record });
    this.record = { ...this.record, ...values, version: version + 1 };
    return this.record;
  };

  async letGo(): Promise<void> {
    await settle();
    this.waiting.splice(0).forEach((go) => go());
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}

function problem(status: number, code: string, extra: object = {}): ApiProblem {
  return new ApiProblem({ type: '', title: '', detail: '', status, code, ...extra });
}

describe('RecordChanges', () => {
  let server: Server;
  let shown: RecordData[];
  let changes: RecordChanges;
  const onScreen = () => shown.at(-1);

  beforeEach(() => {
    server = new Server();
    shown = [];
    changes = new RecordChanges({ send: server.send, show: (record) => shown.push(record) });
  });

  it('shows a change before the server has answered', async () => {
    const saved = changes.change(BASE, { company: 'New' });
    expect(onScreen()).toMatchObject({ company: 'New', version: 1 });
    await server.letGo();
    expect(await saved).toMatchObject({ company: 'New', version: 2 });
    expect(onScreen()).toMatchObject({ company: 'New', version: 2 });
  });

  it('takes a refused change back and throws the reason', async () => {
    server.refuse = problem(422, 'validation_failed');
    const saved = changes.change(BASE, { company: '' });
    const outcome = expect(saved).rejects.toBe(server.refuse);
    await server.letGo();
    await outcome;
    expect(onScreen()).toEqual(BASE);
  });

  it('sends two quick changes one after the other, each with the version it builds on', async () => {
    const first = changes.change(BASE, { company: 'New' });
    const second = changes.change({ ...BASE, company: 'New' }, { city: 'Leeds' });
    expect(onScreen()).toMatchObject({ company: 'New', city: 'Leeds' });
    await server.letGo();
    expect(server.sent).toHaveLength(2);
    expect(onScreen()).toMatchObject({ company: 'New', city: 'Leeds', version: 2 });
    await server.letGo();
    await Promise.all([first, second]);
    expect(server.sent.map(({ version }) => version)).toEqual([1, 2]);
    expect(server.record).toMatchObject({ company: 'New', city: 'Leeds', version: 3 });
  });

  it('keeps the second change when only the first is refused', async () => {
    server.refuse = problem(422, 'validation_failed');
    const first = changes.change(BASE, { company: '' });
    const refused = expect(first).rejects.toBeInstanceOf(ApiProblem);
    const second = changes.change(BASE, { city: 'Leeds' });
    await server.letGo();
    server.refuse = null;
    await server.letGo();
    await refused;
    await second;
    expect(onScreen()).toMatchObject({ company: 'Acme', city: 'Leeds' });
  });

  it('goes on top of a stranger’s change of another field', async () => {
    server.record = { ...BASE, version: 5, city: 'Osaka' };
    const saved = changes.change(BASE, { company: 'New' });
    await server.letGo();
    await server.letGo();
    expect(await saved).toMatchObject({ company: 'New', city: 'Osaka', version: 6 });
  });

  it('asks when a stranger has changed the same field, and shows theirs meanwhile', async () => {
    server.record = { ...BASE, version: 5, company: 'Theirs' };
    const saved = changes.change(BASE, { company: 'Mine' });
    const conflict = saved.catch((error: unknown) => error);
    await server.letGo();
    expect(await conflict).toBeInstanceOf(ChangeConflict);
    expect(await conflict).toMatchObject({ mine: { company: 'Mine' }, current: { company: 'Theirs', version: 5 } });
    expect(onScreen()).toMatchObject({ company: 'Theirs', version: 5 });
    expect(server.record.company).toBe('Theirs');
  });
});
