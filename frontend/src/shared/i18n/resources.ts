import type common from '@/locales/en/common.json';
import type errors from '@/locales/en/errors.json';

/**
 * The namespaces and their keys, taken from the English files. A feature adds its own:
 *
 *   declare module '@/shared/i18n/resources' { interface Resources { leads: typeof leads } }
 */
export interface Resources {
  common: typeof common;
  errors: typeof errors;
}

type PluralSuffix = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type WithoutPlural<K extends string> = K extends `${infer Base}_${PluralSuffix}` ? Base : K;
type Leaves<T> = {
  [K in keyof T & string]: T[K] extends string ? WithoutPlural<K> : `${K}.${Leaves<T[K]>}`;
}[keyof T & string];

export type Namespace = keyof Resources;

/** Every text there is, as `namespace:path.to.text`; plural forms count as one. */
export type TextKey = { [N in Namespace]: `${N}:${Leaves<Resources[N]>}` }[Namespace];

export type TextParams = Record<string, string | number>;

/** Translate one known text. A `count` parameter chooses the plural form. */
export type Translate = (key: TextKey, params?: TextParams) => string;
