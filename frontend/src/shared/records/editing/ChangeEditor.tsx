import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Button, Group, Stack } from '@mantine/core';
import { useClickOutside } from '@mantine/hooks';
import type { Field, FieldKind } from '@/api/types';
import { FieldEditor } from '../editors/FieldEditor';
import type { Faults } from '../model/faults';
import { fieldLabel } from '../model/labels';
import type { RecordData, Values } from '../model/record';
import { allowedValues, reasonField } from '../model/transitions';
import { isEmpty, sameValue, textOf } from '../model/values';
import type { Display } from '../values/display';
import { ReasonEditor } from './ReasonEditor';

/** Where to go on after saving. */
export type Move = 'stay' | 'next' | 'previous';

interface Props {
  display: Display;
  record: RecordData;
  field: Field;
  /** What was typed before a refusal, to go on from. */
  draft?: { value: unknown; faults: Faults };
  onSave: (values: Values, move: Move) => void;
  onCancel: () => void;
}

/** Picking a value is the decision; the others are done by Enter, Tab, a click elsewhere or their buttons. */
const PICKED: ReadonlySet<FieldKind> = new Set(['choice', 'member', 'country', 'date']);
const SEVERAL_PARTS: ReadonlySet<FieldKind> = new Set(['email_list', 'phone_list', 'tags', 'money', 'external_ids', 'long_text']);
const FOCUSABLE = 'input:not([disabled]):not([type=hidden]), textarea:not([disabled]), button:not([disabled]):not([tabindex="-1"])';

function atEdge(box: HTMLElement, backwards: boolean): boolean {
  const stops = [...box.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((each) => each.tabIndex >= 0);
  return document.activeElement === (backwards ? stops[0] : stops.at(-1));
}

/** Edit one field of a record where it stands: Enter saves, Tab saves and moves on, Esc leaves it as it was. */
export function ChangeEditor({ display, record, field, draft, onSave, onCancel }: Props) {
  const { t, object } = display;
  const started = draft === undefined ? record[field.name] : draft.value;
  const value = useRef(started);
  const [asksFor, setAsksFor] = useState<{ value: string; field: Field } | null>(null);

  const finish = (move: Move): void => {
    if (asksFor) return;
    if (sameValue(value.current, record[field.name])) onCancel();
    else if (move === 'stay' || !reasonFor(value.current)) save(value.current, move);
  };
  const box = useClickOutside<HTMLDivElement>(() => (asksFor ? onCancel() : finish('stay')));
  useFocusInside(box, asksFor !== null);

  function reasonFor(next: unknown): Field | null {
    const reason = reasonField(object, field.name, textOf(next));
    return reason && isEmpty(record[reason.name]) && next !== record[field.name] ? reason : null;
  }
  function save(next: unknown, move: Move): void {
    const reason = reasonFor(next);
    if (reason) setAsksFor({ value: textOf(next), field: reason });
    else onSave({ [field.name]: next }, move);
  }
  const press = (event: KeyboardEvent<HTMLDivElement>): void => {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.nativeEvent.stopImmediatePropagation();
      onCancel();
    } else if (event.key === 'Enter' && !event.defaultPrevented && !(event.target instanceof HTMLButtonElement)) {
      const isLong = event.target instanceof HTMLTextAreaElement;
      if (isLong && !event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      finish('stay');
    } else if (event.key === 'Tab' && !asksFor && atEdge(event.currentTarget, event.shiftKey)) {
      event.preventDefault();
      finish(event.shiftKey ? 'previous' : 'next');
    }
  };
  const fault = draft?.faults.fields[field.name];
  return (
    // The keys of whatever is edited inside pass through here.
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      ref={box}
      onKeyDown={press}
      onClick={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      {asksFor ? (
        <ReasonEditor
          display={display}
          field={asksFor.field}
          onSave={(reason) => onSave({ [field.name]: asksFor.value, [asksFor.field.name]: reason }, 'stay')}
          onCancel={onCancel}
        />
      ) : (
        <Stack gap={8}>
          <FieldEditor
            display={display}
            field={field}
            label={fieldLabel(t, field)}
            bare
            value={started}
            error={draft ? (fault?.message ?? (fault ? undefined : (draft.faults.summary ?? undefined))) : undefined}
            itemErrors={fault?.items ?? {}}
            allowed={allowedValues(object, field, record[field.name])}
            opened={PICKED.has(field.kind)}
            onChange={(next) => {
              value.current = next;
            }}
            onPick={(next) => {
              value.current = next;
              if (sameValue(next, record[field.name])) onCancel();
              else save(next, 'stay');
            }}
          />
          {SEVERAL_PARTS.has(field.kind) && (
            <Group gap={6} justify="flex-end">
              <Button size="compact-sm" variant="subtle" color="gray" onClick={onCancel}>
                {t('common:action.cancel')}
              </Button>
              <Button size="compact-sm" onClick={() => finish('stay')}>
                {t('common:action.save')}
              </Button>
            </Group>
          )}
        </Stack>
      )}
    </div>
  );
}

/** Put the focus into the editor as soon as it is there (a calendar's code may come later), with its text selected. */
function useFocusInside(box: React.RefObject<HTMLElement | null>, again: boolean): void {
  useEffect(() => {
    const node = box.current;
    if (!node) return;
    const focus = (): boolean => {
      const target = node.querySelector<HTMLElement>('[data-autofocus]') ?? node.querySelector<HTMLElement>('input, textarea');
      target?.focus();
      if (target instanceof HTMLInputElement) target.select();
      return target !== null;
    };
    if (focus()) return;
    const watch = new MutationObserver(() => {
      if (focus()) watch.disconnect();
    });
    watch.observe(node, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [box, again]);
}
