import { IconShieldLock, IconSitemap } from '@tabler/icons-react';
import type { Feature } from '@/shared/feature';
import '@/shared/records/detail/rightsNamespace';

export const rightsFeature: Feature = {
  id: 'rights',
  namespaces: ['rights'],
  settings: [
    {
      id: 'roles',
      label: (t) => t('rights:roles.title'),
      icon: IconShieldLock,
      to: '/w/$slug/settings/roles',
      section: 'workspace',
      visible: (me) => me.powers.includes('members'),
    },
    {
      id: 'teams',
      label: (t) => t('rights:teams.title'),
      icon: IconSitemap,
      to: '/w/$slug/settings/teams',
      section: 'workspace',
      visible: (me) => me.powers.includes('members'),
    },
  ],
};
