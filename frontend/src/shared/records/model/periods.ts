/** A period that moves with the calendar: whole units counted from the present one; an open end is left out. */
export interface Period {
  unit: Unit;
  from?: number;
  to?: number;
}

export const UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Unit = (typeof UNITS)[number];

/** Periods that have a name of their own. */
export const NAMED: Record<string, Period> = {
  today: { unit: 'day', from: 0, to: 0 },
  yesterday: { unit: 'day', from: -1, to: -1 },
  tomorrow: { unit: 'day', from: 1, to: 1 },
  this_week: { unit: 'week', from: 0, to: 0 },
  last_week: { unit: 'week', from: -1, to: -1 },
  next_week: { unit: 'week', from: 1, to: 1 },
  this_month: { unit: 'month', from: 0, to: 0 },
  last_month: { unit: 'month', from: -1, to: -1 },
  next_month: { unit: 'month', from: 1, to: 1 },
  this_quarter: { unit: 'quarter', from: 0, to: 0 },
  last_quarter: { unit: 'quarter', from: -1, to: -1 },
  this_year: { unit: 'year', from: 0, to: 0 },
  last_year: { unit: 'year', from: -1, to: -1 },
};

/** Periods of a number of units: the last so many (with the present one), the next so many, longer ago, farther ahead. */
export const COUNTED = ['last', 'next', 'before', 'after'] as const;
export type Counted = (typeof COUNTED)[number];

export function counted(shape: Counted, count: number, unit: Unit): Period {
  switch (shape) {
    case 'last':
      return { unit, from: 1 - count, to: 0 };
    case 'next':
      return { unit, from: 0, to: count - 1 };
    case 'before':
      return { unit, to: -count - 1 };
    case 'after':
      return { unit, from: count + 1 };
  }
}

export interface ReadPeriod {
  /** A key of `NAMED`, or one of `COUNTED`. */
  shape: string;
  count: number;
  unit: Unit;
}

export function asPeriod(value: unknown): Period | null {
  if (typeof value !== 'object' || value === null || !('unit' in value)) return null;
  return (UNITS as readonly unknown[]).includes(value.unit) ? (value as Period) : null;
}

/** What a person would call a period; null for one that only an address can make. */
export function readPeriod(value: unknown): ReadPeriod | null {
  const period = asPeriod(value);
  if (!period) return null;
  const { unit, from, to } = period;
  const named = Object.entries(NAMED).find(([, each]) => each.unit === unit && each.from === from && each.to === to);
  if (named) return { shape: named[0], count: 1, unit };
  if (to === 0 && from !== undefined && from < 0) return { shape: 'last', count: 1 - from, unit };
  if (from === 0 && to !== undefined && to > 0) return { shape: 'next', count: to + 1, unit };
  if (from === undefined && to !== undefined && to < 0) return { shape: 'before', count: -to - 1, unit };
  if (to === undefined && from !== undefined && from > 0) return { shape: 'after', count: from - 1, unit };
  return null;
}
