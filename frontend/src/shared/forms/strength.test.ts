import { describe, expect, it } from 'vitest';
import { passwordStrength } from './strength';

describe('passwordStrength', () => {
  it('does not fall for runs and repeats', () => {
    expect(passwordStrength('1234567890')).toBe(0);
    expect(passwordStrength('aaaaaaaaaaaaaaaa')).toBe(0);
    expect(passwordStrength('Qwertyuiop1')).toBeLessThanOrEqual(1);
  });

  it('prefers length to symbols', () => {
    expect(passwordStrength('river lamp orange cloud')).toBeGreaterThan(passwordStrength('X7$k!p2'));
  });

  it('takes Chinese words as they are', () => {
    expect(passwordStrength('春天的河流很长很安静呀')).toBeGreaterThanOrEqual(2);
  });
});
