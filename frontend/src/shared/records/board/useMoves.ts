import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { Field } from '@/api/types';
import { toastError } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { listKey } from '../data/queries';
import { useEditing } from '../editing/editing';
import { faultText } from '../model/faults';
import type { RecordData, Values } from '../model/record';
import { allowedValues, reasonField } from '../model/transitions';
import { textOf } from '../model/values';
import type { Display } from '../values/display';

export interface Asking {
  record: RecordData;
  value: string;
  /** The field that takes the reason. */
  field: Field;
}

export interface Moves {
  /** Records on their way to another column, as they will be. */
  moved: RecordData[];
  asking: Asking | null;
  move: (record: RecordData, value: string) => void;
  answer: (reason: string | null) => void;
}

/** Moves cards: shown at once, put back with the reason when refused. A step that must say why asks before. */
export function useMoves(display: Display, field: Field): Moves {
  const { t, object } = display;
  const client = useQueryClient();
  const workspace = useWorkspace();
  const { save } = useEditing();
  const [moved, setMoved] = useState<RecordData[]>([]);
  const [asking, setAsking] = useState<Asking | null>(null);
  const settle = (id: string): void => setMoved((all) => all.filter((each) => each.id !== id));
  const send = async (record: RecordData, values: Values): Promise<void> => {
    setMoved((all) => [...all.filter(({ id }) => id !== record.id), { ...record, ...values }]);
    const outcome = await save(record, values);
    if (!outcome.saved) toastError(faultText(outcome.faults, field.name));
    else await client.invalidateQueries({ queryKey: listKey(workspace, object) });
    settle(record.id);
  };
  const move = (record: RecordData, value: string): void => {
    const current = textOf(record[field.name]);
    if (current === value) return;
    if (allowedValues(object, field, current)?.includes(value) === false) {
      const names = { from: display.option(field, current), to: display.option(field, value) };
      toastError(t('views:board.refused', names));
      return;
    }
    const reason = reasonField(object, field.name, value);
    if (reason) setAsking({ record, value, field: reason });
    else void send(record, { [field.name]: value });
  };
  const answer = (reason: string | null): void => {
    setAsking(null);
    if (asking && reason !== null)
      void send(asking.record, { [field.name]: asking.value, [asking.field.name]: reason });
  };
  return { moved, asking, move, answer };
}
