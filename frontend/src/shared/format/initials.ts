const HAN = /\p{Script=Han}/u;

function characters(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** The first character of a name, as people see characters. */
export function firstCharacter(name: string): string {
  return characters(name.trim())[0]?.toUpperCase() ?? '?';
}

/** What fits into the small circle of a person: two letters, of a Chinese name one. */
export function mark(name: string): string {
  const letters = initials(name);
  return HAN.test(letters) ? (characters(letters).at(-1) ?? letters) : letters;
}

/** Two letters of a name; of a Chinese name the last two characters. */
export function initials(name: string): string {
  if (HAN.test(name)) return characters(name.replaceAll(/\s/g, '')).slice(-2).join('');
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => firstCharacter(word ?? '')).join('');
}
