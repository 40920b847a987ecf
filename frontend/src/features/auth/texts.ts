import type en from '@/locales/en/auth.json';

declare module '@/shared/i18n/resources' {
  interface Resources {
    auth: typeof en;
  }
}
