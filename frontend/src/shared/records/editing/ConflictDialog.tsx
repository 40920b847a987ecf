import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ChangeConflict } from '../data/changes';
import { fieldLabel } from '../model/labels';
import { fieldOf } from '../model/record';
import { sameValue } from '../model/values';
import type { Display } from '../values/display';
import { FieldValue } from '../values/FieldValue';
import classes from './ConflictDialog.module.css';

interface Props {
  display: Display;
  conflict: ChangeConflict;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}

/** Somebody else changed the same field: who, when, what it is now, what was typed here; the reader decides. */
export function ConflictDialog({ display, conflict, onKeepMine, onTakeTheirs }: Props) {
  const { t, object, format, member } = display;
  const { base, current, mine } = conflict;
  const contested = Object.keys(mine).filter((name) => !sameValue(base[name], current[name]));
  const who = member(current.updated_by_id ?? '')?.name ?? t('records:conflict.somebody');
  return (
    <Modal
      opened
      onClose={onTakeTheirs}
      title={t('records:conflict.title')}
      size="md"
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <Stack gap="md">
        <Text>
          {t('records:conflict.text', { who, when: format.relative(current.updated_at), record: current.display_name })}
        </Text>
        {contested.map((name) => {
          const field = fieldOf(object, name);
          if (!field) return null;
          const show = (value: unknown) => <FieldValue display={display} field={field} value={value} />;
          return (
            <dl key={name} className={classes.values}>
              <dt>{t('records:conflict.before', { field: fieldLabel(t, field) })}</dt>
              <dd>{show(base[name])}</dd>
              <dt>{t('records:conflict.theirs')}</dt>
              <dd>{show(current[name])}</dd>
              <dt>{t('records:conflict.mine')}</dt>
              <dd>{show(mine[name])}</dd>
            </dl>
          );
        })}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onTakeTheirs}>
            {t('records:conflict.take_theirs')}
          </Button>
          <Button onClick={onKeepMine} data-autofocus>
            {t('records:conflict.keep_mine')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
