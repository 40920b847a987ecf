import { useState, type ReactNode } from 'react';
import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical } from '@tabler/icons-react';
import { useText } from '@/shared/i18n/text';
import classes from './OrderList.module.css';

interface Props<T> {
  items: T[];
  label: string;
  nameOf: (item: T) => string;
  /** Null where the order is not the viewer's to change. */
  onOrder: ((ids: string[]) => void) | null;
  children: (item: T) => ReactNode;
}

/** A list whose order means something: changed by drag, or by the arrow buttons of each item. */
export function OrderList<T extends { id: string }>({ items, label, nameOf, onOrder, children }: Props<T>) {
  const t = useText();
  const [dragged, setDragged] = useState<string | null>(null);
  const move = (from: number, to: number): void => {
    const ids = items.map(({ id }) => id);
    const [id] = ids.splice(from, 1);
    if (id === undefined || to < 0 || to > ids.length) return;
    ids.splice(to, 0, id);
    onOrder?.(ids);
  };
  return (
    <ol className={classes.list} aria-label={label}>
      {items.map((item, index) => (
        // Dragging is for the mouse; the buttons do the same.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
        <li
          key={item.id}
          className={classes.item}
          data-dragged={dragged === item.id || undefined}
          draggable={onOrder !== null}
          onDragStart={(event) => {
            event.dataTransfer.setData('text/plain', item.id);
            setDragged(item.id);
          }}
          onDragOver={(event) => dragged !== null && event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault();
            const from = items.findIndex(({ id }) => id === dragged);
            if (from >= 0 && from !== index) move(from, index);
          }}
          onDragEnd={() => setDragged(null)}
        >
          {onOrder && <IconGripVertical size={16} className={classes.grip} aria-hidden />}
          <div className={classes.body}>{children(item)}</div>
          {onOrder && (
            <div className={classes.moves}>
              <ActionIcon
                variant="subtle"
                color="gray"
                className={classes.move}
                disabled={index === 0}
                aria-label={t('common:order.up', { name: nameOf(item) })}
                onClick={() => move(index, index - 1)}
              >
                <IconArrowUp size={16} stroke={1.5} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                className={classes.move}
                disabled={index === items.length - 1}
                aria-label={t('common:order.down', { name: nameOf(item) })}
                onClick={() => move(index, index + 1)}
              >
                <IconArrowDown size={16} stroke={1.5} />
              </ActionIcon>
            </div>
          )}
        </li>
      ))}
    </ol>
  );
}
