function characters(text: string): string[] {
  return Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
}

/** The first character of a name, as people see characters. */
export function firstCharacter(name: string): string {
  return characters(name.trim())[0]?.toUpperCase() ?? '?';
}

/** Two letters of a name; of a Chinese name the last two characters. */
export function initials(name: string): string {
  if (/\p{Script=Han}/u.test(name)) return characters(name.replaceAll(/\s/g, '')).slice(-2).join('');
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return ends.map((word) => firstCharacter(word ?? '')).join('');
}
