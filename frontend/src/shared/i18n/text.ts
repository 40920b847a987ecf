import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Namespace, TextParams, Translate } from './resources';

/**
 * The translate function: `const t = useText('leads'); t('leads:list.title')`. Keys always name their namespace;
 * `common` and `errors` need not be listed. Suspends until the namespaces are loaded.
 */
export function useText(...namespaces: Namespace[]): Translate {
  const { t } = useTranslation(['common', 'errors', ...namespaces]);
  return useMemo(() => ((key, params) => translateKey(t, key, params)) satisfies Translate, [t]);
}

function translateKey(t: unknown, key: string | string[], params: TextParams = {}): string {
  return (t as (key: string | string[], params: TextParams) => string)(key, params);
}

/**
 * Translate a key that only the server knows (a field's `label_key`, an error code): `fallback` is shown when we have no
 * text for it. Name the namespace in the key. Of several keys the first that has a text counts.
 */
export function textOr(t: Translate, key: string | string[], fallback: string, params: TextParams = {}): string {
  return translateKey(t, key, { ...params, defaultValue: fallback });
}
