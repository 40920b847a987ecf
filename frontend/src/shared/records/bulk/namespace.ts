import type en from '@/locales/en/bulk.json';

declare module '@/shared/i18n/resources' {
  interface Resources {
    bulk: typeof en;
  }
}
