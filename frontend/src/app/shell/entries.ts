import { useMemo } from 'react';
import type { Feature, FeatureEntry, FeatureKey, SettingsEntry } from '@/shared/feature';
import type { Translate } from '@/shared/i18n/resources';
import { useText } from '@/shared/i18n/text';
import { useMe } from '@/shared/workspace/workspace';
import { featureNamespaces, features } from '../features';

export interface Entries {
  nav: NonNullable<Feature['nav']>;
  create: FeatureEntry[];
  actions: FeatureEntry[];
  settings: SettingsEntry[];
  keys: FeatureKey[];
  t: Translate;
}

/** What the features offer to this member, with a translate function that has all their labels. */
export function useEntries(): Entries {
  const me = useMe();
  const t = useText(...featureNamespaces);
  return useMemo(() => {
    const shown = <E extends FeatureEntry>(entries: E[]): E[] => entries.filter(({ visible }) => visible?.(me) ?? true);
    return {
      nav: shown(features.flatMap(({ nav }) => nav ?? [])),
      create: shown(features.flatMap(({ create }) => create ?? [])),
      actions: shown(features.flatMap(({ actions }) => actions ?? [])),
      settings: shown(features.flatMap(({ settings }) => settings ?? [])),
      keys: features.flatMap(({ keys }) => keys ?? []),
      t,
    };
  }, [me, t]);
}
