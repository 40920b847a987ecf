import { Button } from '@mantine/core';
import { isLeaf, type Node } from '../model/filters';
import type { Display } from '../values/display';
import { FilterChip } from './FilterChip';
import { GroupChip } from './GroupChip';
import classes from './filters.module.css';

interface Props {
  display: Display;
  parts: Node[];
  onChange: (parts: Node[]) => void;
}

/** The conditions that narrow the list. */
export function FilterChips({ display, parts, onChange }: Props) {
  const { t } = display;
  if (parts.length === 0) return null;
  return (
    <div className={classes.chips} role="group" aria-label={t('records:filter.active')}>
      <PartChips display={display} parts={parts} onChange={onChange} />
      {parts.length > 1 && (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => onChange([])}>
          {t('records:filter.clear')}
        </Button>
      )}
    </div>
  );
}

/** A chip for each part: a condition, or combined ones. */
export function PartChips({ display, parts, phone = false, onChange }: Props & { phone?: boolean }) {
  return parts.map((part, index) => {
    const remove = (): void => onChange(parts.filter((_, at) => at !== index));
    const key = `${index}/${JSON.stringify(part)}`;
    if (isLeaf(part))
      return (
        <FilterChip key={key} display={display} leaf={part} onChange={(next) => onChange(parts.with(index, next))} onRemove={remove} />
      );
    return (
      <GroupChip
        key={key}
        display={display}
        group={part}
        phone={phone}
        onChange={(next) => onChange(parts.toSpliced(index, 1, ...next))}
        onRemove={remove}
      />
    );
  });
}
