import { Group } from '@mantine/core';
import type { Node } from '../model/filters';
import type { Display } from '../values/display';
import { AddFilter } from './AddFilter';
import { PartChips } from './FilterChips';
import { OpenBuilder } from './OpenBuilder';

interface Props {
  display: Display;
  parts: Node[];
  fullScreen: boolean;
  onChange: (parts: Node[]) => void;
}

/** A filter as the value of a form: its conditions as chips, one more of them, or the builder for groups. */
export function FilterField({ display, parts, fullScreen, onChange }: Props) {
  return (
    <Group gap={6} role="group" aria-label={display.t('records:filter.conditions')}>
      <PartChips display={display} parts={parts} phone={fullScreen} onChange={onChange} />
      {!fullScreen && <AddFilter display={display} onAdd={(leaf) => onChange([...parts, leaf])} />}
      <OpenBuilder display={display} parts={parts} phone={fullScreen} onChange={onChange} />
    </Group>
  );
}
