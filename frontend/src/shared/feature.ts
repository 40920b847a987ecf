import type { Icon } from '@tabler/icons-react';
import type { Me } from '@/api/types';
import type { Namespace, Translate } from '@/shared/i18n/resources';

export interface FeatureEntry {
  id: string;
  /** `(t) => t('leads:nav.leads')` */
  label: (t: Translate) => string;
  icon: Icon;
  /** A route below `/w/$slug`, such as `/w/$slug/leads`. */
  to: string;
  search?: Record<string, unknown>;
  /** Hidden when it returns false; shown to everybody when absent. */
  visible?: (me: Me) => boolean;
}

/** A page of the settings, in the part about the person, the workspace, or one of its objects. */
export interface SettingsEntry extends FeatureEntry {
  section: 'you' | 'workspace' | 'leads';
}

/** An object that a feature shows: how one of its records is told from others in what a search finds, and opened. */
export interface FeatureObject {
  /** Singular name, as in the description. */
  name: string;
  icon: Icon;
  /** Path below `/w/<slug>/`; a record is at `<path>/<id>`. */
  path: string;
}

/** A key that a feature listens to, for the list that `?` shows. */
export interface FeatureKey {
  /** Pressed one after the other: `['J']`, `['Ctrl/Cmd', 'Enter']`. */
  keys: string[];
  label: (t: Translate) => string;
}

/** What a feature tells the shell about itself; `src/app/features.ts` lists them all. */
export interface Feature {
  id: string;
  /** Namespaces (files in `locales/<language>/`) that the labels below need. */
  namespaces: Namespace[];
  /** Left navigation and bottom bar. `key` is the letter after G. */
  nav?: (FeatureEntry & { key: string })[];
  /** Offered by the create button; the first visible one is what C does. */
  create?: FeatureEntry[];
  /** Further actions of the Ctrl/Cmd-K palette; navigation and create entries are there by themselves. */
  actions?: FeatureEntry[];
  /** Pages below `/w/$slug/settings`; their routes are children of `settingsRoute`. */
  settings?: SettingsEntry[];
  /** Objects whose records a search finds. */
  objects?: FeatureObject[];
  /** Shown in the list of keys. */
  keys?: FeatureKey[];
}
