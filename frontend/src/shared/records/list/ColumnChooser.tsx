import { useState } from 'react';
import { ActionIcon, Button, Checkbox, Group, Popover, TextInput, Tooltip } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconColumns3, IconGripVertical } from '@tabler/icons-react';
import { defaultColumns, moveColumn, writeColumns, type Column } from '../model/columns';
import { fieldLabel } from '../model/labels';
import { fieldOf, fieldsOf } from '../model/record';
import type { Display } from '../values/display';
import classes from './ColumnChooser.module.css';

interface Props {
  display: Display;
  columns: Column[];
  /** Null goes back to the columns that everybody begins with. */
  onColumns: (columns: Column[] | null) => void;
}

/** Which columns there are and in which order; by drag, by Alt and the arrow keys, or by the arrow buttons. */
export function ColumnChooser({ display, columns, onColumns }: Props) {
  const { t } = display;
  return (
    <Popover position="bottom-end" shadow="md" width={320} trapFocus returnFocus transitionProps={{ duration: 0 }}>
      <Popover.Target>
        <Tooltip label={t('records:columns.button')}>
          <ActionIcon variant="default" size={30} aria-label={t('records:columns.button')}>
            <IconColumns3 size={16} stroke={1.5} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={10}>
        <Chooser display={display} columns={columns} onColumns={onColumns} />
      </Popover.Dropdown>
    </Popover>
  );
}

function Chooser({ display, columns, onColumns }: Props) {
  const { t, object } = display;
  const [typed, setTyped] = useState('');
  const [dragged, setDragged] = useState<number | null>(null);
  const wanted = typed.trim().toLowerCase();
  const matches = (name: string): boolean => {
    const field = fieldOf(object, name);
    return field !== undefined && fieldLabel(t, field).toLowerCase().includes(wanted);
  };
  const hidden = fieldsOf(object).filter(({ name }) => !columns.some((column) => column.name === name));
  const move = (from: number, to: number, focusRow = false): void => {
    const next = moveColumn(columns, from, to);
    if (next === columns) return;
    onColumns(next);
    const name = columns[from]?.name ?? '';
    if (focusRow) requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-column="${name}"] input`)?.focus());
  };
  const isDefault = writeColumns(columns) === writeColumns(defaultColumns(object));
  return (
    <>
      <TextInput
        size="xs"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        placeholder={t('records:columns.find')}
        aria-label={t('records:columns.find')}
        data-autofocus
      />
      <ul className={classes.list} aria-label={t('records:columns.shown')}>
        {columns.map(({ name }, index) => {
          const field = fieldOf(object, name);
          if (!field || !matches(name)) return null;
          const label = fieldLabel(t, field);
          return (
            // Dragging is for the mouse; the checkbox (Alt and arrows) and the buttons do the same.
            // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
            <li
              key={name}
              className={classes.item}
              data-column={name}
              draggable={index > 0}
              onDragStart={(event) => {
                event.dataTransfer.setData('text/plain', name);
                setDragged(index);
              }}
              onDragOver={(event) => {
                if (dragged === null || index === 0) return;
                event.preventDefault();
                if (dragged === index) return;
                move(dragged, index);
                setDragged(index);
              }}
              onDragEnd={() => setDragged(null)}
            >
              <IconGripVertical size={14} className={classes.grip} data-fixed={index === 0 || undefined} aria-hidden />
              <Checkbox
                size="xs"
                className={classes.box}
                label={label}
                checked
                disabled={index === 0}
                onChange={() => onColumns(columns.filter((_, at) => at !== index))}
                onKeyDown={(event) => {
                  const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
                  if (!event.altKey || by === 0) return;
                  event.preventDefault();
                  move(index, index + by, true);
                }}
              />
              {index > 0 && (
                <Group gap={0} wrap="nowrap">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="sm"
                    className={index === 1 ? classes.absent : undefined}
                    aria-label={t('records:columns.move_up', { column: label })}
                    onClick={() => move(index, index - 1)}
                  >
                    <IconArrowUp size={14} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    size="sm"
                    className={index === columns.length - 1 ? classes.absent : undefined}
                    aria-label={t('records:columns.move_down', { column: label })}
                    onClick={() => move(index, index + 1)}
                  >
                    <IconArrowDown size={14} />
                  </ActionIcon>
                </Group>
              )}
            </li>
          );
        })}
        {hidden
          .filter(({ name }) => matches(name))
          .map((field) => (
            <li key={field.name} className={classes.item}>
              <span className={classes.grip} />
              <Checkbox
                size="xs"
                className={classes.box}
                label={fieldLabel(t, field)}
                checked={false}
                onChange={() => onColumns([...columns, { name: field.name }])}
              />
            </li>
          ))}
      </ul>
      {!isDefault && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => onColumns(null)}>
          {t('records:columns.reset')}
        </Button>
      )}
    </>
  );
}
