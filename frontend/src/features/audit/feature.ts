import { IconHistory } from '@tabler/icons-react';
import type en from '@/locales/en/audit.json';
import type { Feature } from '@/shared/feature';

declare module '@/shared/i18n/resources' {
  interface Resources {
    audit: typeof en;
  }
}

export const auditFeature: Feature = {
  id: 'audit',
  namespaces: ['audit'],
  settings: [
    {
      id: 'audit',
      label: (t) => t('audit:title'),
      icon: IconHistory,
      to: '/w/$slug/settings/audit',
      section: 'workspace',
      visible: (me) => me.powers.includes('audit'),
    },
  ],
};
