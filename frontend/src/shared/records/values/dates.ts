import type { Formatter } from '@/shared/format/format';

const DAY = 86_400_000;

/** Today's calendar date in a time zone, as `YYYY-MM-DD`. */
export function today(timeZone?: string, now = new Date()): string {
  return new Intl.DateTimeFormat('en-CA', timeZone ? { timeZone } : {}).format(now);
}

/** Days from one calendar date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY);
}

/** "tomorrow", "3 days ago" within a week, the date beyond. */
export function nearDate(format: Formatter, language: string, day: string, from: string): string {
  const days = daysBetween(from, day);
  if (Math.abs(days) > 7) return format.date(day);
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day');
}
