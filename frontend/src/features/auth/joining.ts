import type en from '@/locales/en/joining.json';

declare module '@/shared/i18n/resources' {
  interface Resources {
    joining: typeof en;
  }
}
