export type Strength = 0 | 1 | 2 | 3 | 4;

const RUNS = ['abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', '01234567890', 'password', 'letmein', 'welcome'];

/** Letters of well-known runs ("1234", "qwer") and repeats count as one. */
function effectiveLength(password: string): number {
  const lower = password.toLowerCase();
  let length = 0;
  for (let index = 0; index < lower.length; index += 1) {
    const pair = lower.slice(Math.max(0, index - 1), index + 1);
    const predictable = index > 0 && (pair.startsWith(pair.slice(1)) || RUNS.some((run) => run.includes(pair)));
    length += predictable ? 0.25 : 1;
  }
  return length;
}

/** A hint while typing, from length above all (NIST SP 800-63B); the server refuses common passwords. */
export function passwordStrength(password: string): Strength {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
  const points = effectiveLength(password) + kinds;
  if (password.length < 8 || points < 9) return 0;
  if (points < 12) return 1;
  if (points < 15) return 2;
  return points < 20 ? 3 : 4;
}
