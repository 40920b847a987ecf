import type en from '@/locales/en/onboarding.json';

declare module '@/shared/i18n/resources' {
  interface Resources {
    onboarding: typeof en;
  }
}
