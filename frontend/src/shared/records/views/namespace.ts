import type en from '@/locales/en/views.json';

declare module '@/shared/i18n/resources' {
  interface Resources {
    views: typeof en;
  }
}
