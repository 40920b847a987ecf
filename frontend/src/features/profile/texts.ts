import type en from '@/locales/en/profile.json';

declare module '@/shared/i18n/resources' {
  interface Resources {
    profile: typeof en;
  }
}
