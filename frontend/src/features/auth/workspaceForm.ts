import type { Language, WorkspaceDraft } from '@/api/types';
import { browserTimeZone, currencyOf, guessRegion } from '@/shared/format/regions';
import { currentLanguage } from '@/shared/i18n';

export interface WorkspaceValues extends Record<string, unknown> {
  organisation: string;
  slug: string;
  timezone: string;
  currency: string;
  language: Language;
}

export const WORKSPACE_FIELDS = ['organisation', 'slug', 'timezone', 'currency', 'language'] as const;

/** What the browser tells about where its person is. */
export function guessedWorkspace(): WorkspaceValues {
  const timezone = browserTimeZone();
  const currency = currencyOf(guessRegion(timezone, navigator.language));
  return { organisation: '', slug: '', timezone, currency, language: currentLanguage() };
}

/** What is sent: without an address of their own the server makes one. */
export function workspaceDraft({ organisation, slug, timezone, currency, language }: WorkspaceValues): WorkspaceDraft {
  const draft = { organisation: organisation.trim(), timezone, currency, language };
  return slug.trim() ? { ...draft, slug: slug.trim() } : draft;
}
