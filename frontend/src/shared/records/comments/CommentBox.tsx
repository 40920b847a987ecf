import { useRef, useState } from 'react';
import { Button, Combobox, Group, Textarea, useCombobox } from '@mantine/core';
import type { Member } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { useMembers } from '@/shared/workspace/workspace';
import type { Display } from '../values/display';
import { MemberValue } from '../values/MemberValue';
import { fromDraft, toDraft, typedMention } from './mentions';

const MOST_OFFERED = 8;
const LONGEST = 10_000;

interface Props {
  display: Display;
  /** What is being edited, as it is stored. */
  stored?: string;
  /** `key` is the same when a draft is sent again, and another for the next one. */
  onSend: (body: string, key: string) => Promise<void>;
  onCancel?: () => void;
}

function offered(members: Member[], typed: string | null): Member[] {
  if (typed === null) return [];
  const wanted = typed.toLocaleLowerCase();
  return members.filter(({ active, name }) => active && name.toLocaleLowerCase().includes(wanted)).slice(0, MOST_OFFERED);
}

/** A comment being written; @ offers the members, and Ctrl/Cmd-Enter sends it. */
export function CommentBox({ display, stored = '', onSend, onCancel }: Props) {
  const { t } = display;
  const members = useMembers();
  const [draft, setDraft] = useState(() => toDraft(stored, display.member));
  const [typed, setTyped] = useState<string | null>(null);
  const [key, setKey] = useState(() => crypto.randomUUID());
  const [sending, setSending] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const combobox = useCombobox();
  const choices = offered(members, typed);
  const isOpen = choices.length > 0;
  const write = (text: string, caret: number): void => {
    setDraft({ ...draft, text });
    const now = typedMention(text, caret);
    setTyped(now);
    if (offered(members, now).length > 0) combobox.openDropdown();
    else combobox.closeDropdown();
    combobox.updateSelectedOptionIndex();
    requestAnimationFrame(() => combobox.selectFirstOption());
  };
  const mention = (id: string): void => {
    const member = display.member(id);
    const caret = area.current?.selectionStart ?? draft.text.length;
    if (!member || typed === null) return;
    const start = caret - typed.length - 1;
    const written = `@${member.name}`;
    setDraft({
      text: `${draft.text.slice(0, start)}${written} ${draft.text.slice(caret)}`,
      named: new Map(draft.named).set(written, id),
    });
    setTyped(null);
    combobox.closeDropdown();
    const end = start + written.length + 1;
    requestAnimationFrame(() => area.current?.setSelectionRange(end, end));
  };
  const send = async (): Promise<void> => {
    if (sending || draft.text.trim() === '') return;
    setSending(true);
    setError(null);
    try {
      await onSend(fromDraft(draft.text, draft.named), key);
      setKey(crypto.randomUUID());
      setDraft(toDraft('', display.member));
      onCancel?.();
    } catch (refused) {
      setError(errorMessage(t, refused));
    } finally {
      setSending(false);
    }
  };
  return (
    <Combobox store={combobox} onOptionSubmit={mention} position="bottom-start" withinPortal>
      <Combobox.Target withKeyboardNavigation={isOpen}>
        <Textarea
          ref={area}
          aria-label={t('records:comment.label')}
          placeholder={t('records:comment.placeholder')}
          autosize
          minRows={1}
          maxRows={12}
          maxLength={LONGEST}
          value={draft.text}
          error={error}
          onChange={({ currentTarget }) => write(currentTarget.value, currentTarget.selectionStart)}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send();
            if (event.key !== 'Escape' || (!isOpen && !onCancel)) return;
            event.stopPropagation();
            if (isOpen) setTyped(null);
            else onCancel?.();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!isOpen}>
        <Combobox.Options aria-label={t('records:comment.members')}>
          {choices.map((member) => (
            <Combobox.Option key={member.id} value={member.id}>
              <MemberValue member={member} fallback={member.name} />
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
      {(draft.text.trim() !== '' || onCancel) && (
        <Group gap={6} justify="flex-end" mt={6}>
          {onCancel && (
            <Button size="compact-sm" variant="subtle" color="gray" onClick={onCancel}>
              {t('common:action.cancel')}
            </Button>
          )}
          <Button size="compact-sm" loading={sending} onClick={() => void send()}>
            {onCancel ? t('common:action.save') : t('records:comment.send')}
          </Button>
        </Group>
      )}
    </Combobox>
  );
}
