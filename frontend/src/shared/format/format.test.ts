import { describe, expect, it } from 'vitest';
import { makeFormatter, minorDigits } from './format';

describe('makeFormatter', () => {
  it('shows an instant in the given time zone, not in that of the machine', () => {
    const instant = '2026-03-01T23:30:00Z';
    expect(makeFormatter('en', 'America/New_York').dateTime(instant)).toContain('6:30');
    expect(makeFormatter('en', 'Asia/Shanghai').dateTime(instant)).toContain('Mar 2');
  });

  it('does not move a calendar date across time zones', () => {
    expect(makeFormatter('en', 'Pacific/Honolulu').date('2026-12-01')).toBe('Dec 1, 2026');
    expect(makeFormatter('zh-CN', 'Pacific/Kiritimati').date('2026-12-01')).toBe('2026年12月1日');
  });

  it('divides money by the minor unit of its currency', () => {
    expect(makeFormatter('en', 'UTC').money({ amount_minor: 123450, currency: 'USD' })).toBe('$1,234.50');
    expect(makeFormatter('en', 'UTC').money({ amount_minor: 5000, currency: 'JPY' })).toBe('¥5,000');
    expect(minorDigits('KWD')).toBe(3);
  });

  it('puts something between things in every language', () => {
    expect(makeFormatter('en', 'UTC').list(['a', 'b', 'c'])).toBe('a, b, c');
    expect(makeFormatter('zh-CN', 'UTC').list(['甲', '乙'])).toBe('甲、乙');
  });

  it('tells relative time in the words of the language', () => {
    const now = new Date('2026-05-01T12:00:00Z');
    expect(makeFormatter('en', 'UTC').relative('2026-05-01T09:00:00Z', now)).toBe('3 hours ago');
    expect(makeFormatter('zh-CN', 'UTC').relative('2026-05-02T12:00:00Z', now)).toBe('明天');
  });
});
