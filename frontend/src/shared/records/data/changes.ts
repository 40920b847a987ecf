import { isProblem } from '@/api/problem';
import type { RecordData, Values } from '../model/record';
import { sameValue } from '../model/values';

/** The same fields were changed by somebody else in the meantime. */
export class ChangeConflict extends Error {
  readonly mine: Values;
  readonly base: RecordData;
  readonly current: RecordData;

  constructor(mine: Values, base: RecordData, current: RecordData) {
    super('conflict');
    this.name = 'ChangeConflict';
    this.mine = mine;
    this.base = base;
    this.current = current;
  }
}

interface Pending {
  /** The record as the server last told it. */
  base: RecordData;
  patches: Values[];
  tail: Promise<unknown>;
}

interface Ports {
  send: (id: string, version: number, values: Values) => Promise<RecordData>;
  /** Show a record wherever it is on screen. */
  show: (record: RecordData) => void;
}

function touched(values: Values, base: RecordData, current: RecordData): boolean {
  return Object.keys(values).some((name) => !sameValue(base[name], current[name]));
}

/**
 * Changes of records, shown at once and sent one after the other for each record, so that two quick edits never
 * contradict each other's version. A refused change is taken back and thrown. When somebody else has changed the record
 * meanwhile but none of the same fields, the change is sent again on top of theirs; else `ChangeConflict` is thrown.
 */
export class RecordChanges {
  private readonly pending = new Map<string, Pending>();
  private readonly ports: Ports;

  constructor(ports: Ports) {
    this.ports = ports;
  }

  change(record: RecordData, values: Values): Promise<RecordData> {
    const entry = this.pending.get(record.id) ?? { base: record, patches: [], tail: Promise.resolve() };
    this.pending.set(record.id, entry);
    entry.patches.push(values);
    this.show(entry);
    const sent = entry.tail.then(() => this.send(entry, values));
    entry.tail = sent.catch(() => undefined);
    return sent;
  }

  private show({ base, patches }: Pending): void {
    this.ports.show(patches.reduce<RecordData>((record, patch) => ({ ...record, ...patch }), base));
  }

  private async send(entry: Pending, values: Values): Promise<RecordData> {
    try {
      entry.base = await this.attempt(entry, values);
      return entry.base;
    } finally {
      entry.patches = entry.patches.filter((patch) => patch !== values);
      if (entry.patches.length === 0) this.pending.delete(entry.base.id);
      this.show(entry);
    }
  }

  private async attempt(entry: Pending, values: Values): Promise<RecordData> {
    const { base } = entry;
    try {
      return await this.ports.send(base.id, base.version, values);
    } catch (error) {
      const current = staleWith(error);
      if (!current) throw error;
      entry.base = current;
      if (touched(values, base, current)) throw new ChangeConflict(values, base, current);
      return this.attempt(entry, values);
    }
  }
}

function staleWith(error: unknown): RecordData | null {
  if (!isProblem(error) || error.status !== 412) return null;
  const { current } = error.body;
  return typeof current === 'object' && current !== null ? (current as RecordData) : null;
}
