import { useState } from 'react';
import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { externalIds } from '../values/text';
import type { EditorProps } from './types';
import classes from './editors.module.css';

const ICON = { size: 14, stroke: 1.75 };
const NONE = { system: '', value: '' };

/** The numbers a record has in other systems: one line for each system. */
export function ExternalIdsEditor(props: EditorProps) {
  const { display, label, bare, value, onChange, error, itemErrors, help } = props;
  const { t } = display;
  const [rows, setRows] = useState(() => (externalIds(value).length > 0 ? externalIds(value) : [NONE]));
  const apply = (next: typeof rows): void => {
    setRows(next);
    onChange(next.map((row) => ({ system: row.system.trim(), value: row.value.trim() })).filter((row) => row.system || row.value));
  };
  return (
    <Input.Wrapper label={bare ? undefined : label} labelElement="div" description={help} error={error}>
      <Stack gap={6} role="group" aria-label={label}>
        {rows.map((row, index) => (
          <Group key={index} gap={4} wrap="nowrap" align="start">
            <TextInput
              className={classes.system}
              aria-label={t('records:editor.external_system', { number: index + 1 })}
              placeholder={t('records:editor.external_system_example')}
              value={row.system}
              onChange={(event) => apply(rows.with(index, { ...row, system: event.currentTarget.value }))}
              autoComplete="off"
              {...(index === 0 ? { 'data-autofocus': true } : {})}
            />
            <TextInput
              className={classes.grow}
              aria-label={t('records:editor.external_value', { number: index + 1 })}
              placeholder={t('records:editor.external_value_example')}
              value={row.value}
              error={itemErrors?.[index]}
              onChange={(event) => apply(rows.with(index, { ...row, value: event.currentTarget.value }))}
              autoComplete="off"
            />
            {rows.length > 1 && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={36}
                aria-label={t('records:editor.remove_item', { item: row.system || label })}
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
          onClick={() => apply([...rows, NONE])}
        >
          {t('records:editor.add_external')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}
