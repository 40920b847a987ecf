import type { ComponentType } from 'react';
import type { Icon } from '@tabler/icons-react';
import type { Translate } from '@/shared/i18n/resources';
import type { Display } from '../values/display';
import type { RecordData } from './record';

/** What a card of the object's own on the page of a record is given. */
export interface CardProps {
  display: Display;
  record: RecordData;
  mayEdit: boolean;
}

/** The words for an object that its feature brings: people never read "record". */
export interface RecordWords {
  /** "Leads" */
  title: string;
  /** "Lead" */
  one: string;
  /** "New lead" */
  create: string;
  /** Search box of the list. */
  search: string;
  /** "120 leads" */
  count: (value: number, shown: string) => string;
  /** "about 12,000 leads" */
  about: (shown: string) => string;
  emptyTitle: string;
  emptyText: string;
  deleted: (name: string) => string;
  deletedMany: (count: number) => string;
  /** What makes a record of this object known: "Fill in at least one of ...". */
  identityRule: string;
}

/** What the record pages need to know of an object beyond its description in `GET /api/v1/objects`. */
export interface RecordConfig {
  /** Singular name, as in the description. */
  object: string;
  icon: Icon;
  /** Path below `/w/<slug>/`. */
  path: string;
  words: (t: Translate) => RecordWords;
  /** Fields that the form for a new record shows at first, in this order. */
  createFields: string[];
  /** The choice that stands in the header of a record and moves along transitions. */
  status: string;
  /** The fields of the next-step card. */
  nextStep: { what: string; when: string };
  notes: string;
  /** A card of the object's own below the next step, and the fields that it shows. */
  /** Items of the object's own for the menu of a record. */
  actions?: ComponentType<CardProps>;
  card?: { component: ComponentType<CardProps>; fields: string[] };
  /** Second line of a card on a phone; the first of these that has a value, then the next. */
  cardFields: string[];
}
