import { IconBuilding, IconUsers } from '@tabler/icons-react';
import type en from '@/locales/en/people.json';
import type { Feature } from '@/shared/feature';

declare module '@/shared/i18n/resources' {
  interface Resources {
    people: typeof en;
  }
}

export const peopleFeature: Feature = {
  id: 'people',
  namespaces: ['people'],
  settings: [
    {
      id: 'workspace',
      label: (t) => t('people:workspace.title'),
      icon: IconBuilding,
      to: '/w/$slug/settings/workspace',
      section: 'workspace',
      visible: (me) => me.powers.includes('workspace'),
    },
    {
      id: 'members',
      label: (t) => t('people:title'),
      icon: IconUsers,
      to: '/w/$slug/settings/members',
      section: 'workspace',
    },
  ],
};
