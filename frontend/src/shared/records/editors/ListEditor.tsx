import { useRef, useState } from 'react';
import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { textsOf } from '../model/values';
import type { EditorProps } from './types';
import classes from './editors.module.css';

const ICON = { size: 14, stroke: 1.75 };

/** Several e-mail addresses or phone numbers, one in each line; the first is the main one. */
export function ListEditor(props: EditorProps) {
  const { display, field, label, bare, value, onChange, error, itemErrors, help } = props;
  const { t } = display;
  const [rows, setRows] = useState(() => (textsOf(value).length > 0 ? textsOf(value) : ['']));
  const box = useRef<HTMLDivElement>(null);
  const isEmail = field.kind === 'email_list';
  const apply = (next: string[]): void => {
    setRows(next);
    onChange(next.map((row) => row.trim()).filter(Boolean));
  };
  const add = (): void => {
    apply([...rows, '']);
    requestAnimationFrame(() => box.current?.querySelector<HTMLInputElement>('[data-last] input')?.focus());
  };
  return (
    <Input.Wrapper label={bare ? undefined : label} labelElement="div" description={help} error={error}>
      <Stack gap={6} role="group" aria-label={label} ref={box}>
        {rows.map((row, index) => (
          <Group key={index} gap={4} wrap="nowrap" align="start" data-last={index === rows.length - 1 || undefined}>
            <TextInput
              className={classes.grow}
              type={isEmail ? 'email' : 'tel'}
              inputMode={isEmail ? 'email' : 'tel'}
              aria-label={t('records:editor.item', { field: label, number: index + 1 })}
              value={row}
              error={itemErrors?.[index] ?? (index === 0 && error !== undefined && rows.length === 1)}
              onChange={(event) => apply(rows.with(index, event.currentTarget.value))}
              autoComplete="off"
              {...(index === 0 ? { 'data-autofocus': true } : {})}
            />
            {rows.length > 1 && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={t('records:editor.remove_item', { item: row || label })}
                onClick={() => apply(rows.filter((_, at) => at !== index))}
              >
                <IconX {...ICON} />
              </ActionIcon>
            )}
          </Group>
        ))}
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          className={classes.add}
          leftSection={<IconPlus {...ICON} />}
          onClick={add}
        >
          {isEmail ? t('records:editor.add_email') : t('records:editor.add_phone')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
