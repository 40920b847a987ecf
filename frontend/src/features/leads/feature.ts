import { IconArrowsShuffle, IconChecklist, IconUserPlus, IconUserSearch } from '@tabler/icons-react';
import type en from '@/locales/en/leads.json';
import type { Feature } from '@/shared/feature';

declare module '@/shared/i18n/resources' {
  interface Resources {
    leads: typeof en;
  }
}

export const leadsFeature: Feature = {
  id: 'leads',
  namespaces: ['leads'],
  nav: [{ id: 'leads', label: (t) => t('leads:nav.leads'), icon: IconUserSearch, to: '/w/$slug/leads', key: 'l' }],
  create: [
    {
      id: 'lead',
      label: (t) => t('leads:create'),
      icon: IconUserPlus,
      to: '/w/$slug/leads',
      search: { create: true },
      visible: (me) => me.rights.lead?.includes('create') ?? false,
    },
  ],
  objects: [{ name: 'lead', icon: IconUserSearch, path: 'leads' }],
  settings: [
    {
      id: 'qualification',
      label: (t) => t('leads:settings.qualification'),
      icon: IconChecklist,
      to: '/w/$slug/settings/qualification',
      section: 'leads',
      visible: (me) => me.powers.includes('workspace'),
    },
    {
      id: 'assignment',
      label: (t) => t('leads:settings.assignment'),
      icon: IconArrowsShuffle,
      to: '/w/$slug/settings/assignment',
      section: 'leads',
      visible: (me) => me.powers.includes('workspace'),
    },
  ],
  keys: [
    { keys: ['J'], label: (t) => t('leads:keys.next') },
    { keys: ['K'], label: (t) => t('leads:keys.previous') },
    { keys: ['Enter'], label: (t) => t('leads:keys.enter') },
    { keys: ['F2'], label: (t) => t('leads:keys.edit') },
    { keys: ['X'], label: (t) => t('leads:keys.select') },
  ],
};
