import { IconDatabase } from '@tabler/icons-react';
import type en from '@/locales/en/data.json';
import type { Feature } from '@/shared/feature';

declare module '@/shared/i18n/resources' {
  interface Resources {
    data: typeof en;
  }
}

export const dataFeature: Feature = {
  id: 'data',
  namespaces: ['data'],
  settings: [
    {
      id: 'data',
      label: (t) => t('data:title'),
      icon: IconDatabase,
      to: '/w/$slug/settings/data',
      section: 'workspace',
      visible: (me) => me.powers.includes('data'),
    },
  ],
};
