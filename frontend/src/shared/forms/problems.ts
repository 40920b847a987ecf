import { ApiProblem, ConnectionProblem, type FieldProblem } from '@/api/problem';
import type { TextParams, Translate } from '@/shared/i18n/resources';
import { currentLanguage } from '@/shared/i18n';
import { textOr } from '@/shared/i18n/text';

/** The path of a Mantine form field for a JSON pointer: `/emails/0` -> `emails.0`. */
export function fieldPath(pointer: string): string {
  return pointer
    .split('/')
    .filter(Boolean)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.');
}

/** Our words for one refused field; the server's detail when we have none. */
export function fieldMessage(t: Translate, problem: Pick<FieldProblem, 'code' | 'detail' | 'params'>): string {
  const { code, detail } = problem;
  const params = withName(problem.params as TextParams | undefined);
  const general = textOr(t, [`errors:field.${code}`, `errors:problem.${code}`], detail, params);
  return typeof params?.reason === 'string' ? textOr(t, `errors:reason.${code}.${params.reason}`, general) : general;
}

/** What a workspace has named in both languages is called by the name in ours. */
function withName(params: TextParams | undefined): TextParams | undefined {
  if (params?.name_en === undefined || params.name_zh === undefined) return params;
  return { ...params, name: currentLanguage() === 'en' ? params.name_en : params.name_zh };
}

/** Our words for any error an API call can throw. */
export function errorMessage(t: Translate, error: unknown): string {
  if (error instanceof ConnectionProblem) return t('errors:connection');
  if (!(error instanceof ApiProblem)) return t('errors:unexpected');
  const fallback = error.body.detail || t('errors:unexpected');
  const params: TextParams = error.retryAfter === null ? {} : { count: error.retryAfter };
  return textOr(t, `errors:problem.${error.code}`, fallback, params);
}

export interface FormErrors {
  /** By field path; hand to `form.setErrors`. */
  fields: Record<string, string>;
  /** What belongs to no field of the form; show it on top. Null when every error has its field. */
  summary: string | null;
}

/** Sort a refusal into the fields of a form. `known` are the field paths that the form shows. */
export function formErrors(t: Translate, error: unknown, known: readonly string[]): FormErrors {
  if (!(error instanceof ApiProblem) || error.errors.length === 0)
    return { fields: {}, summary: errorMessage(t, error) };
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const problem of error.errors) {
    const path = fieldPath(problem.pointer);
    const place = known.find((name) => path === name || path.startsWith(`${name}.`));
    if (place === undefined) rest.push(fieldMessage(t, problem));
    else fields[known.includes(path) ? path : place] = fieldMessage(t, problem);
  }
  return { fields, summary: rest.length > 0 ? rest.join(' ') : null };
}
