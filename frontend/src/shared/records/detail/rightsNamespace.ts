import type en from '@/locales/en/rights.json';

declare module '@/shared/i18n/resources' {
  interface Resources {
    rights: typeof en;
  }
}
