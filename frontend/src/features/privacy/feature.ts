import { IconUserShield } from '@tabler/icons-react';
import type en from '@/locales/en/privacy.json';
import type { Feature } from '@/shared/feature';

declare module '@/shared/i18n/resources' {
  interface Resources {
    privacy: typeof en;
  }
}

export const privacyFeature: Feature = {
  id: 'privacy',
  namespaces: ['privacy'],
  settings: [
    {
      id: 'privacy',
      label: (t) => t('privacy:title'),
      icon: IconUserShield,
      to: '/w/$slug/settings/privacy',
      section: 'workspace',
      visible: (me) => me.powers.includes('privacy'),
    },
  ],
};
