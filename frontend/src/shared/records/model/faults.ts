import { ApiProblem } from '@/api/problem';
import { errorMessage, fieldMessage } from '@/shared/forms/problems';
import type { Translate } from '@/shared/i18n/resources';

/** What the server said about one field. */
export interface FieldFault {
  message: string | undefined;
  /** By index, for a field that is a list. */
  items: Record<number, string>;
}

export interface Faults {
  fields: Record<string, FieldFault>;
  /** What belongs to no field. */
  summary: string | null;
}

/** Sort a refusal by field, so that each message stands where the mistake is. */
export function readFaults(t: Translate, error: unknown): Faults {
  if (!(error instanceof ApiProblem) || error.errors.length === 0) return { fields: {}, summary: errorMessage(t, error) };
  const fields: Record<string, FieldFault> = {};
  const rest: string[] = [];
  for (const problem of error.errors) {
    const [, name = '', index] = problem.pointer.split('/');
    const message = fieldMessage(t, problem);
    if (name === '') {
      rest.push(message);
      continue;
    }
    const fault = fields[name] ?? { message: undefined, items: {} };
    fields[name] = fault;
    if (index !== undefined && /^\d+$/.test(index)) fault.items[Number(index)] = message;
    else fault.message = fault.message === undefined ? message : `${fault.message} ${message}`;
  }
  return { fields, summary: rest.length > 0 ? rest.join(' ') : null };
}

/** One sentence for a refused change of one field. */
export function faultText(faults: Faults, name: string): string {
  const fault = faults.fields[name];
  const own = fault ? [fault.message, ...Object.values(fault.items)].filter((text) => text !== undefined) : [];
  const others = Object.entries(faults.fields).flatMap(([other, each]) => (other === name ? [] : (each.message ?? [])));
  return [...own, ...others, faults.summary ?? ''].filter(Boolean).join(' ');
}
