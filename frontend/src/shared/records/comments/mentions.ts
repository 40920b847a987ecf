import type { Member } from '@/api/types';

const MENTION = /<@([0-9a-f-]{36})>/;
const TYPING = /(?:^|[\s(（，。、：])@([^\s@]{0,40})$/u;

export type Part = { text: string } | { memberId: string };

/** Divide the stored text of a comment into plain text and mentions. */
export function partsOf(body: string): Part[] {
  return body
    .split(MENTION)
    .map((piece, index): Part => (index % 2 === 1 ? { memberId: piece } : { text: piece }))
    .filter((part) => 'memberId' in part || part.text !== '');
}

/** The stored text as a person edits it, and whom its mentions stand for. */
export function toDraft(body: string, member: (id: string) => Member | undefined): { text: string; named: Map<string, string> } {
  const named = new Map<string, string>();
  const pieces = partsOf(body).map((part) => {
    if ('text' in part) return part.text;
    const written = `@${member(part.memberId)?.name ?? part.memberId}`;
    named.set(written, part.memberId);
    return written;
  });
  return { text: pieces.join(''), named };
}

/** What was typed as it is stored; of two names of which one begins the other, the longer is meant. */
export function fromDraft(text: string, named: ReadonlyMap<string, string>): string {
  const names = [...named.keys()].sort((one, other) => other.length - one.length);
  if (names.length === 0) return text;
  const pattern = new RegExp(names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'gu');
  return text.replace(pattern, (name) => `<@${named.get(name) ?? ''}>`);
}

/** What was typed after an @ that the caret is behind; null when no mention is being typed. */
export function typedMention(text: string, caret: number): string | null {
  return TYPING.exec(text.slice(0, caret))?.[1] ?? null;
}
