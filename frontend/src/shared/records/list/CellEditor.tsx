import { Popover } from '@mantine/core';
import { ChangeEditor, type Move } from '../editing/ChangeEditor';
import type { Faults } from '../model/faults';
import type { Field } from '@/api/types';
import type { RecordData, Values } from '../model/record';
import type { Display } from '../values/display';
import classes from './CellEditor.module.css';

interface Props {
  display: Display;
  record: RecordData;
  field: Field;
  /** Width of the cell in pixels. */
  width: number;
  draft: { value: unknown; faults: Faults } | undefined;
  onSave: (values: Values, move: Move) => void;
  onCancel: () => void;
}

const MIN_WIDTHS: Partial<Record<Field['kind'], number>> = {
  money: 280,
  email_list: 300,
  phone_list: 260,
  external_ids: 340,
  tags: 300,
  long_text: 360,
  choice: 220,
  member: 240,
  country: 240,
};

/** The editor of a cell, laid exactly over it. */
export function CellEditor({ display, record, field, width, draft, onSave, onCancel }: Props) {
  return (
    <Popover
      opened
      position="bottom-start"
      offset={{ mainAxis: 0, crossAxis: 0 }}
      closeOnClickOutside={false}
      closeOnEscape={false}
      trapFocus={false}
      width={Math.max(width, MIN_WIDTHS[field.kind] ?? 200)}
      shadow="md"
      transitionProps={{ duration: 0 }}
      floatingStrategy="fixed"
    >
      <Popover.Target>
        <span className={classes.anchor} />
      </Popover.Target>
      <Popover.Dropdown p={8}>
        <ChangeEditor
          display={display}
          record={record}
          field={field}
          {...(draft ? { draft } : {})}
          onSave={onSave}
          onCancel={onCancel}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
