import { IconUserSearch } from '@tabler/icons-react';
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
};
