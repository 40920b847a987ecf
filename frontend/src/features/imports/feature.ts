import { IconFileImport } from '@tabler/icons-react';
import type en from '@/locales/en/imports.json';
import type { Feature } from '@/shared/feature';

declare module '@/shared/i18n/resources' {
  interface Resources {
    imports: typeof en;
  }
}

export const importsFeature: Feature = {
  id: 'imports',
  namespaces: ['imports'],
  nav: [
    {
      id: 'imports',
      label: (t) => t('imports:nav.imports'),
      icon: IconFileImport,
      to: '/w/$slug/imports',
      key: 'i',
      visible: (me) => me.rights.lead?.includes('import') ?? false,
    },
  ],
  actions: [
    {
      id: 'import-file',
      label: (t) => t('imports:list.new'),
      icon: IconFileImport,
      to: '/w/$slug/imports/new',
      visible: (me) => me.rights.lead?.includes('import') ?? false,
    },
  ],
};
