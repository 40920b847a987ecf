import { IconBellCog } from '@tabler/icons-react';
import type en from '@/locales/en/notifications.json';
import type { Feature } from '@/shared/feature';

declare module '@/shared/i18n/resources' {
  interface Resources {
    notifications: typeof en;
  }
}

export const notificationsFeature: Feature = {
  id: 'notifications',
  namespaces: ['notifications'],
  settings: [
    {
      id: 'notifications',
      label: (t) => t('notifications:title'),
      icon: IconBellCog,
      to: '/w/$slug/settings/notifications',
      section: 'you',
    },
  ],
};
