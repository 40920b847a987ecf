import { lazy } from 'react';
import { IconUserSearch } from '@tabler/icons-react';
import { AssignAction } from './assignment/AssignAction';
import type { RecordConfig } from '@/shared/records/model/config';

const QualificationCard = lazy(async () => ({
  default: (await import('./qualification/QualificationCard')).QualificationCard,
}));

/** What is particular to leads; everything else comes from the description of the object. */
export const leadConfig: RecordConfig = {
  object: 'lead',
  icon: IconUserSearch,
  path: 'leads',
  words: (t) => ({
    title: t('leads:title'),
    one: t('leads:one'),
    create: t('leads:create'),
    search: t('leads:search'),
    count: (count, shown) => t('leads:count', { count, shown }),
    about: (shown) => t('leads:about', { shown }),
    emptyTitle: t('leads:empty.title'),
    emptyText: t('leads:empty.text'),
    deleted: (name) => t('leads:deleted', { name }),
    deletedMany: (count) => t('leads:deleted_many', { count }),
    identityRule: t('leads:identity_rule'),
  }),
  createFields: ['name', 'company', 'title', 'emails', 'phones', 'source', 'owner_id'],
  status: 'status',
  nextStep: { what: 'next_step', when: 'next_step_on' },
  notes: 'notes',
  actions: AssignAction,
  card: { component: QualificationCard, fields: ['qualification_state', 'qualification_reason'] },
  cardFields: ['company', 'title', 'city', 'emails', 'phones'],
};
