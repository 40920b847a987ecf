import { IconShieldLock } from '@tabler/icons-react';
import type en from '@/locales/en/security.json';
import type { Feature } from '@/shared/feature';

declare module '@/shared/i18n/resources' {
  interface Resources {
    security: typeof en;
  }
}

export const securityFeature: Feature = {
  id: 'security',
  namespaces: ['security'],
  settings: [
    {
      id: 'security',
      label: (t) => t('security:title'),
      icon: IconShieldLock,
      to: '/w/$slug/settings/security',
      section: 'you',
    },
  ],
};
