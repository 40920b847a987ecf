import { describe, expect, it } from 'vitest';
import { counted, COUNTED, NAMED, readPeriod, UNITS } from './periods';

describe('periods', () => {
  it('are read back by the name they were chosen by', () => {
    for (const [name, period] of Object.entries(NAMED)) expect(readPeriod(period)?.shape).toBe(name);
  });

  it.each(COUNTED)('keep the number and the unit of "%s"', (shape) => {
    for (const unit of UNITS)
      for (const count of [2, 7, 90]) expect(readPeriod(counted(shape, count, unit))).toEqual({ shape, count, unit });
  });

  it('say so when they are none, or none that has words', () => {
    for (const value of [null, 'week', {}, { unit: 'eon', from: 0 }, { unit: 'day', from: 3, to: 9 }])
      expect(readPeriod(value)).toBeNull();
  });
});
