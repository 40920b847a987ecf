import type en from '@/locales/en/assignment.json';

declare module '@/shared/i18n/resources' {
  interface Resources {
    assignment: typeof en;
  }
}
