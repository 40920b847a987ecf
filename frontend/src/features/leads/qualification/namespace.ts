import type en from '@/locales/en/qualification.json';

declare module '@/shared/i18n/resources' {
  interface Resources {
    qualification: typeof en;
  }
}
