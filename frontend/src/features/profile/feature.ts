import { IconUserCog } from '@tabler/icons-react';
import type { Feature } from '@/shared/feature';

export const profileFeature: Feature = {
  id: 'profile',
  namespaces: [],
  settings: [
    {
      id: 'profile',
      label: (t) => t('common:me.profile'),
      icon: IconUserCog,
      to: '/w/$slug/settings/profile',
      section: 'you',
    },
  ],
};
