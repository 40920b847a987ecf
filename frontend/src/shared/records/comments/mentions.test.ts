import { describe, expect, it } from 'vitest';
import type { Member } from '@/api/types';
import { fromDraft, partsOf, toDraft, typedMention } from './mentions';

const ANN = '01900000-0000-7000-8000-0000000000a1';
const ANNA = '01900000-0000-7000-8000-0000000000a2';
const names = new Map([
  [ANN, 'Ann (UK)'],
  [ANNA, 'Ann (UK) Lee'],
]);
const member = (id: string) => ({ id, name: names.get(id) }) as Member;

describe('mentions', () => {
  it('come back from editing as they were stored, also when one name begins another', () => {
    const stored = `<@${ANN}>, ask <@${ANNA}>! <b>`;
    const draft = toDraft(stored, member);
    expect(draft.text).toBe('@Ann (UK), ask @Ann (UK) Lee! <b>');
    expect(fromDraft(draft.text, draft.named)).toBe(stored);
  });

  it('are told from text that only looks like one', () => {
    expect(partsOf('<@x> <@>')).toEqual([{ text: '<@x> <@>' }]);
    expect(partsOf(`<@${ANN}>`)).toEqual([{ memberId: ANN }]);
  });

  it.each([
    ['@', ''],
    ['ask @李', '李'],
    ['请看，@li', 'li'],
    ['mail@example', null],
    ['@Ann then', null],
  ])('are offered while they are typed: %s', (text, typed) => {
    expect(typedMention(text, text.length)).toBe(typed);
  });
});
