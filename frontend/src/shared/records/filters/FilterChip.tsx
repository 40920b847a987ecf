import { useState } from 'react';
import { CloseButton, Popover, UnstyledButton } from '@mantine/core';
import type { Leaf } from '../model/filters';
import { askedField } from '../model/record';
import type { Display } from '../values/display';
import { FilterEditor } from './FilterEditor';
import { leafText } from './leafText';
import classes from './filters.module.css';

interface Props {
  display: Display;
  leaf: Leaf;
  onChange: (leaf: Leaf) => void;
  onRemove: () => void;
}

/** One condition above the list: a click changes it, the cross takes it away. */
export function FilterChip({ display, leaf, onChange, onRemove }: Props) {
  const { t, object } = display;
  const [opened, setOpened] = useState(false);
  const field = askedField(object, leaf.field);
  const words = leafText(display, leaf);
  const parts = (
    <>
      <span className={classes.field}>{words.field}</span>
      {words.operator && <span className={classes.operator}>{words.operator}</span>}
      {words.value && <span className={classes.value}>{words.value}</span>}
    </>
  );
  return (
    <div className={classes.chip}>
      {field ? (
        <Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" width={320} trapFocus returnFocus>
          <Popover.Target>
            <UnstyledButton className={classes.words} onClick={() => setOpened(!opened)}>
              {parts}
            </UnstyledButton>
          </Popover.Target>
          <Popover.Dropdown p={10}>
            <FilterEditor
              display={display}
              field={field}
              leaf={leaf}
              onApply={(next) => {
                setOpened(false);
                onChange(next);
              }}
              onCancel={() => setOpened(false)}
            />
          </Popover.Dropdown>
        </Popover>
      ) : (
        <span className={classes.words}>{parts}</span>
      )}
      <CloseButton
        size="sm"
        className={classes.remove}
        aria-label={t('records:filter.remove', { field: words.field })}
        onClick={onRemove}
      />
    </div>
  );
}
