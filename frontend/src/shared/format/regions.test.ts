import { describe, expect, it } from 'vitest';
import { currencyOf, guessRegion } from './regions';

describe('guessRegion', () => {
  it('trusts the time zone over the language of the browser', () => {
    expect(guessRegion('Asia/Shanghai', 'en-US')).toBe('CN');
    expect(currencyOf(guessRegion('Europe/Berlin', 'en-GB'))).toBe('EUR');
  });

  it('keeps the region of the language where the zone fits it', () => {
    expect(guessRegion('America/New_York', 'en-US')).toBe('US');
  });

  it('goes by the language where the zone tells nothing', () => {
    expect(guessRegion('UTC', 'ja')).toBe('JP');
  });
});
