import type { Money } from '@/api/types';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: [limit: number, size: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [MINUTE, 1, 'second'],
  [HOUR, MINUTE, 'minute'],
  [DAY, HOUR, 'hour'],
  [30 * DAY, DAY, 'day'],
  [365 * DAY, 30 * DAY, 'month'],
  [Infinity, 365 * DAY, 'year'],
];

export interface Formatter {
  number: (value: number, options?: Intl.NumberFormatOptions) => string;
  /** A share of 1 as a percentage. */
  percent: (share: number) => string;
  money: (money: Money) => string;
  /** A calendar date `YYYY-MM-DD`, which has no time zone. */
  date: (day: string) => string;
  /** An instant, in the person's time zone, to the minute. */
  dateTime: (instant: string) => string;
  /** The calendar date `YYYY-MM-DD` on which an instant falls in the person's time zone. */
  dayOf: (instant: string) => string;
  /** "3 hours ago", "tomorrow"; show `dateTime` on hover. */
  relative: (instant: string, now?: Date) => string;
  /** A file size, in decimal units. */
  bytes: (size: number) => string;
  /** Things one after the other; `Intl.ListFormat` of type unit puts nothing between them in Chinese. */
  list: (items: readonly string[]) => string;
  /** A span of seconds in the largest sensible unit: "40 sec", "3 min". */
  duration: (seconds: number) => string;
}

/** Number of decimals that a currency's minor unit stands for (JPY 0, CNY 2, KWD 3). */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

function bytes(language: string, size: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
  const step = Math.min(units.length - 1, size > 0 ? Math.floor(Math.log10(size) / 3) : 0);
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  }).format(size / 1000 ** step);
}

function largestUnit(seconds: number): [size: number, unit: string] {
  if (seconds < 90) return [1, 'second'];
  return seconds < 90 * MINUTE ? [MINUTE, 'minute'] : [HOUR, 'hour'];
}

function duration(language: string, seconds: number): string {
  const [size, unit] = largestUnit(seconds);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(
    Math.ceil(seconds / size),
  );
}

function relative(formatter: Intl.RelativeTimeFormat, instant: string, now: Date): string {
  const seconds = Math.round((new Date(instant).getTime() - now.getTime()) / 1000);
  const step = STEPS.find(([limit]) => Math.abs(seconds) < limit);
  if (!step) return '';
  return formatter.format(Math.trunc(seconds / step[1]), step[2]);
}

/** Formats by locale and time zone (IANA name). */
export function makeFormatter(language: string, timeZone: string): Formatter {
  const dayFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  const instantFormat = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const isoFormat = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone });
  const relativeFormat = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  return {
    number: (value, options) => new Intl.NumberFormat(language, options).format(value),
    percent: (share) => new Intl.NumberFormat(language, { style: 'percent' }).format(share),
    money: ({ amount_minor, currency }) => {
      const digits = minorDigits(currency);
      const whole = amount_minor % 10 ** digits === 0;
      return new Intl.NumberFormat(language, {
        style: 'currency',
        currency,
        minimumFractionDigits: whole ? 0 : digits,
      }).format(amount_minor / 10 ** digits);
    },
    date: (day) => dayFormat.format(new Date(`${day.slice(0, 10)}T00:00:00Z`)),
    dayOf: (instant) => isoFormat.format(new Date(instant)),
    dateTime: (instant) => instantFormat.format(new Date(instant)),
    relative: (instant, now = new Date()) => relative(relativeFormat, instant, now),
    bytes: (size) => bytes(language, size),
    list: (items) => items.join(language.startsWith('zh') ? '、' : ', '),
    duration: (seconds) => duration(language, seconds),
  };
}
