import { useState } from 'react';
import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import {
  DndContext,
  DragOverlay,
  KeyboardSensor,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
  type Active,
  type Announcements,
} from '@dnd-kit/core';
import type { Field } from '@/api/types';
import { useWorkspace } from '@/shared/workspace/workspace';
import { totalsQuery, type ListState } from '../data/queries';
import { ReasonEditor } from '../editing/ReasonEditor';
import type { RecordConfig } from '../model/config';
import { fieldLabel } from '../model/labels';
import type { RecordData } from '../model/record';
import { allowedValues } from '../model/transitions';
import { textOf } from '../model/values';
import type { Display } from '../values/display';
import { CardBody } from './BoardCard';
import { BoardColumn } from './BoardColumn';
import { columnUnder, KEYS, toNextColumn } from './keyboard';
import { useMoves } from './useMoves';
import '../views/namespace';
import classes from './Board.module.css';

interface Props {
  display: Display;
  config: RecordConfig;
  /** The choice whose values are the columns. */
  field: Field;
  state: ListState;
  mayEdit: boolean;
  onOpen: (id: string) => void;
}

function recordOf(active: Active): RecordData {
  return (active.data.current as { record: RecordData }).record;
}

/** A list by the values of a choice; cards go from column to column by mouse, by touch and by keyboard. */
export function Board({ display, config, field, state, mayEdit, onOpen }: Props) {
  const { t, object } = display;
  const { moved, asking, move, answer } = useMoves(display, field);
  const totals = useQuery(totalsQuery(useWorkspace(), object, state, field.name)).data;
  const [held, setHeld] = useState<RecordData | null>(null);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    // A short press first, so that a finger can still scroll.
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
    useSensor(KeyboardSensor, { keyboardCodes: KEYS, coordinateGetter: toNextColumn }),
  );
  const columnName = (id: string | number | undefined): string => (id === undefined ? '' : display.option(field, String(id)));
  const announcements: Announcements = {
    onDragStart: ({ active }) => t('views:board.picked', { name: recordOf(active).display_name }),
    onDragOver: ({ active, over }) =>
      over ? t('views:board.over', { name: recordOf(active).display_name, value: columnName(over.id) }) : undefined,
    onDragEnd: ({ active, over }) =>
      over
        ? t('views:board.dropped', { name: recordOf(active).display_name, value: columnName(over.id) })
        : t('views:board.left', { name: recordOf(active).display_name }),
    onDragCancel: ({ active }) => t('views:board.left', { name: recordOf(active).display_name }),
  };
  const allowed = held && allowedValues(object, field, textOf(held[field.name]));
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={columnUnder}
      accessibility={{ announcements, screenReaderInstructions: { draggable: t('views:board.help') } }}
      onDragStart={({ active }) => setHeld(recordOf(active))}
      onDragCancel={() => setHeld(null)}
      onDragEnd={({ active, over }) => {
        setHeld(null);
        if (over) move(recordOf(active), String(over.id));
      }}
    >
      <div className={classes.board} role="region" aria-label={t('views:board.label', { field: fieldLabel(t, field) })}>
        {field.options?.map(({ value }) => (
          <BoardColumn
            key={value}
            display={display}
            config={config}
            field={field}
            value={value}
            state={state}
            totals={totals}
            moved={moved}
            mayEdit={mayEdit}
            isOpen={held && (allowed?.includes(value) ?? true)}
            onOpen={onOpen}
          />
        ))}
      </div>
      <DragOverlay dropAnimation={null}>
        {held && (
          <div className={classes.card} data-held>
            <CardBody display={display} config={config} record={held} />
          </div>
        )}
      </DragOverlay>
      <Modal
        opened={asking !== null}
        onClose={() => answer(null)}
        title={asking ? t('views:board.move', { value: columnName(asking.value) }) : ''}
        size="sm"
      >
        {asking && <ReasonEditor display={display} field={asking.field} onSave={answer} onCancel={() => answer(null)} />}
      </Modal>
    </DndContext>
  );
}
