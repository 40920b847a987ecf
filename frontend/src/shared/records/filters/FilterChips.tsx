import { Button } from '@mantine/core';
import type { Leaf } from '../model/filters';
import type { Display } from '../values/display';
import { FilterChip } from './FilterChip';
import classes from './filters.module.css';

interface Props {
  display: Display;
  leaves: Leaf[];
  onChange: (leaves: Leaf[]) => void;
}

/** The conditions that narrow the list. */
export function FilterChips({ display, leaves, onChange }: Props) {
  const { t } = display;
  if (leaves.length === 0) return null;
  return (
    <div className={classes.chips} role="group" aria-label={t('records:filter.active')}>
      {leaves.map((leaf, index) => (
        <FilterChip
          key={`${index}/${JSON.stringify(leaf)}`}
          display={display}
          leaf={leaf}
          onChange={(next) => onChange(leaves.with(index, next))}
          onRemove={() => onChange(leaves.filter((_, at) => at !== index))}
        />
      ))}
      {leaves.length > 1 && (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange([])}>
          {t('records:filter.clear')}
        </Button>
      )}
    </div>
  );
}
