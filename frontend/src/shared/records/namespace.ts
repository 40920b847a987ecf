import type en from '@/locales/en/records.json';

declare module '@/shared/i18n/resources' {
  interface Resources {
    records: typeof en;
  }
}
