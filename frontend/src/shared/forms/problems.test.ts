import { beforeAll, describe, expect, it } from 'vitest';
import i18next from 'i18next';
import { ApiProblem, type FieldProblem } from '@/api/problem';
import { startI18n } from '@/shared/i18n';
import type { Translate } from '@/shared/i18n/resources';
import { errorMessage, fieldPath, formErrors } from './problems';

const t: Translate = (key, params) => (i18next.t as unknown as Translate)(key, params);

function refusal(...errors: FieldProblem[]): ApiProblem {
  return new ApiProblem({ type: '', title: '', status: 422, detail: 'server words', code: 'validation_failed', errors });
}

describe('formErrors', () => {
  beforeAll(() => startI18n('en'));

  it('turns a JSON pointer into the path of a form field', () => {
    expect(fieldPath('/emails/0')).toBe('emails.0');
    expect(fieldPath('/a~1b/c~0d')).toBe('a/b.c~d');
  });

  it('puts our words for the code at the field, with its parameters', () => {
    const problem = { pointer: '/password', code: 'password_too_short', detail: 'x', params: { min: 12 } };
    expect(formErrors(t, refusal(problem), ['password'])).toEqual({
      fields: { password: 'At least 12 characters, please.' },
      summary: null,
    });
  });

  it('falls back to the words of the server for an unknown code', () => {
    const problem = { pointer: '/name', code: 'brand_new_rule', detail: 'Names may not rhyme.' };
    expect(formErrors(t, refusal(problem), ['name']).fields.name).toBe('Names may not rhyme.');
  });

  it('shows at the list what concerns one item of it, and on top what has no field', () => {
    const item = { pointer: '/emails/0', code: 'invalid_email', detail: '' };
    const elsewhere = { pointer: '/quota', code: 'unknown', detail: 'Too many records.' };
    const { fields, summary } = formErrors(t, refusal(item, elsewhere), ['emails']);
    expect(fields.emails).toContain('e-mail');
    expect(summary).toBe('Too many records.');
  });

  it('says how long to wait', () => {
    const limited = new ApiProblem({ type: '', title: '', status: 429, detail: '', code: 'rate_limited' }, 30);
    expect(errorMessage(t, limited)).toContain('30 seconds');
  });
});
