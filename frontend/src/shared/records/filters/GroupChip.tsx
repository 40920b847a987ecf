import { useState, lazy, Suspense } from 'react';
import { CloseButton, UnstyledButton } from '@mantine/core';
import { countLeaves, type Group } from '../model/filters';
import type { Display } from '../values/display';
import classes from './filters.module.css';

const FilterBuilder = lazy(async () => ({ default: (await import('./FilterBuilder')).FilterBuilder }));

interface Props {
  display: Display;
  group: Group;
  phone?: boolean;
  /** The parts that stand in the place of the group. */
  onChange: (parts: Group[]) => void;
  onRemove: () => void;
}

/** Combined conditions as one chip; a click opens them. */
export function GroupChip({ display, group, phone = false, onChange, onRemove }: Props) {
  const { t } = display;
  const [opened, setOpened] = useState(false);
  const kind = 'all' in group ? 'all' : 'any' in group ? 'any' : 'not';
  const count = countLeaves(group);
  return (
    <div className={classes.chip}>
      <UnstyledButton className={classes.words} title={t('records:filter.edit_group')} onClick={() => setOpened(true)}>
        <span className={classes.field}>{t('records:builder.group')}</span>
        <span className={classes.operator}>{t(`records:builder.group_${kind}`, { count })}</span>
      </UnstyledButton>
      <CloseButton
        size="sm"
        className={classes.remove}
        aria-label={t('records:filter.remove', { field: t('records:builder.group') })}
        onClick={onRemove}
      />
      {opened && (
        <Suspense fallback={null}>
          <FilterBuilder
            display={display}
            parts={[group]}
            fullScreen={phone}
            onChange={(parts) => {
              setOpened(false);
              if (parts.length === 0) onRemove();
              else onChange(parts.length === 1 && parts[0] && !('field' in parts[0]) ? [parts[0]] : [{ all: parts }]);
            }}
            onClose={() => setOpened(false)}
          />
        </Suspense>
      )}
    </div>
  );
}
