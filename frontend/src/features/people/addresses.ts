/** Addresses as people paste them: by lines, commas or semicolons, with or without a name: `Ada <ada@example.com>`. */
export function addressesIn(text: string): string[] {
  const found = text
    .split(/[\n,;，；、]+/)
    .map((part) => (/<([^<>]+)>/.exec(part)?.[1] ?? part).trim())
    .filter((part) => part !== '')
    .flatMap((part) => (part.includes('@') ? part.split(/\s+/).filter((word) => word.includes('@')) : [part]));
  return [...new Map(found.map((email) => [email.toLowerCase(), email])).values()];
}
