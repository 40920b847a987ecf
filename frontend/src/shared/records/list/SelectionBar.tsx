import { Button, CloseButton, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import type { Display } from '../values/display';
import classes from './SelectionBar.module.css';

interface Props {
  display: Display;
  count: number;
  /** Null when the member may not delete. */
  onDelete: (() => void) | null;
  onClear: () => void;
}

/** What can be done with the selected rows. */
export function SelectionBar({ display, count, onDelete, onClear }: Props) {
  const { t } = display;
  if (count === 0) return null;
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('records:selection.toolbar')}>
      <Text size="sm" fw={500} role="status">
        {t('records:selection.count', { count })}
      </Text>
      {onDelete && (
        <Button
          size="compact-md"
          variant="subtle"
          color="red"
          leftSection={<IconTrash size={16} stroke={1.5} />}
          onClick={onDelete}
        >
          {t('records:action.delete')}
        </Button>
      )}
      <CloseButton size="sm" aria-label={t('records:selection.clear')} onClick={onClear} />
    </div>
  );
}
