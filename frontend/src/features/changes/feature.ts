import { IconHistory } from '@tabler/icons-react';
import type { Feature } from '@/shared/feature';
import '@/shared/records/bulk/namespace';

export const changesFeature: Feature = {
  id: 'changes',
  namespaces: ['bulk'],
  actions: [
    {
      id: 'recent-changes',
      label: (t) => t('bulk:nav'),
      icon: IconHistory,
      to: '/w/$slug/changes',
      visible: (me) => Object.values(me.rights).some((rights) => rights.includes('update')),
    },
  ],
};
