import { Button, CloseButton, Text } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { countOf } from '../bulk/words';
import type { Display } from '../values/display';
import type { Rows } from './useRows';
import type { Selection } from './useSelection';
import classes from './SelectionBar.module.css';

interface Props {
  display: Display;
  selection: Selection;
  count: Rows['count'];
  isPhone: boolean;
  /** Null when the member may not do it. */
  onEdit: (() => void) | null;
  onDelete: (() => void) | null;
}

/** What can be done with the selected rows; where the list has more than is loaded, with all of it. */
export function SelectionBar({ display, selection, count, isPhone, onEdit, onDelete }: Props) {
  const { t, object, format } = display;
  const { ids, everything, selectEverything, clear } = selection;
  if (ids.size === 0) return null;
  const what = count && countOf(t, format, object.name, count.value);
  const size = isPhone ? 'md' : 'compact-md';
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('records:selection.toolbar')}>
      <Text size="sm" fw={500} role="status" className={classes.count}>
        {everything && what ? t('bulk:select.everything', { what }) : t('records:selection.count', { count: ids.size })}
      </Text>
      {!everything && what && count.value > ids.size && (
        <Button size={size} variant="subtle" onClick={selectEverything}>
          {t('bulk:select.all', { what })}
        </Button>
      )}
      {onEdit && (
        <Button size={size} variant="subtle" color="gray" leftSection={<IconPencil size={16} stroke={1.5} />} onClick={onEdit}>
          {t('bulk:action.edit')}
        </Button>
      )}
      {onDelete && (
        <Button size={size} variant="subtle" color="red" leftSection={<IconTrash size={16} stroke={1.5} />} onClick={onDelete}>
          {t('records:action.delete')}
        </Button>
      )}
      <CloseButton size={isPhone ? 'lg' : 'sm'} aria-label={t('records:selection.clear')} onClick={clear} />
    </div>
  );
}
