import { useEffect, useState } from 'react';
import { isProblem } from '@/api/problem';
import type { Duplicate, Field, ObjectType } from '@/api/types';
import { useMe, useWorkspace } from '@/shared/workspace/workspace';
import { useRecords } from '../data/useRecords';
import { readFaults, type Faults } from '../model/faults';
import type { RecordConfig } from '../model/config';
import type { RecordData, Values } from '../model/record';
import { reasonField } from '../model/transitions';
import { isEmpty, textOf } from '../model/values';
import type { Display } from '../values/display';
import { dropDraft, keepDraft, readDraft } from './draft';

export interface CreateForm {
  values: Values;
  /** Changes when the whole form begins anew, so that its editors do too. */
  round: number;
  faults: Faults;
  busy: boolean;
  /** Records that the server refused the new one for. */
  refusedFor: Duplicate[];
  hasDraft: boolean;
  set: (name: string, value: unknown) => void;
  /** Without `byRules` the owner is who the form says. */
  submit: (options?: { allowDuplicates?: boolean; byRules?: boolean }) => Promise<void>;
  discard: () => void;
}

const NO_FAULTS: Faults = { fields: {}, summary: null };

function startValues(object: ObjectType, memberId: string): Values {
  const owner = object.fields.find(({ name }) => name === 'owner_id');
  return owner ? { owner_id: memberId } : {};
}

/** What can be seen to be wrong without asking the server. */
function missing(display: Display, rule: string, values: Values): Faults {
  const { object, t } = display;
  if (object.identity.every((name) => isEmpty(values[name]))) return { fields: {}, summary: rule };
  const fields: Faults['fields'] = {};
  for (const field of neededFields(object, values))
    if (isEmpty(values[field.name])) fields[field.name] = { message: t('errors:field.required'), items: {} };
  return { fields, summary: null };
}

/** A status that must be explained makes its reason a needed field. */
export function neededFields(object: ObjectType, values: Values): Field[] {
  return Object.keys(object.reasons).flatMap((name) => reasonField(object, name, textOf(values[name])) ?? []);
}

/** The form for a new record: what was typed survives leaving it, until it is saved or thrown away. */
export function useCreateForm(display: Display, config: RecordConfig, onCreated: (record: RecordData) => void): CreateForm {
  const { object, t } = display;
  const { id } = useWorkspace();
  const { member } = useMe();
  const records = useRecords(object);
  const [values, setValues] = useState<Values>(() => ({ ...startValues(object, member.id), ...readDraft(id, object) }));
  const [hasDraft, setHasDraft] = useState(() => Object.keys(readDraft(id, object)).length > 0);
  const [round, setRound] = useState(0);
  const [faults, setFaults] = useState(NO_FAULTS);
  const [busy, setBusy] = useState(false);
  const [refusedFor, setRefusedFor] = useState<Duplicate[]>([]);

  const [touched, setTouched] = useState(false);
  useEffect(() => {
    if (touched) keepDraft(id, object, values);
  }, [touched, id, object, values]);

  const set = (name: string, value: unknown): void => {
    setTouched(true);
    setRefusedFor([]);
    setValues((before) => ({ ...before, [name]: value }));
    setFaults((before) => ({ ...before, fields: Object.fromEntries(Object.entries(before.fields).filter(([other]) => other !== name)) }));
  };
  const submit: CreateForm['submit'] = async ({ allowDuplicates = false, byRules = false } = {}) => {
    const wrong = missing(display, config.words(t).identityRule, values);
    setFaults(wrong);
    if (busy || wrong.summary !== null || Object.keys(wrong.fields).length > 0) return;
    setBusy(true);
    try {
      const filled = Object.fromEntries(Object.entries(values).filter(([name, value]) => !isEmpty(value) && !(byRules && name === 'owner_id')));
      const record = await records.create(filled, allowDuplicates);
      setTouched(false);
      dropDraft(id, object);
      onCreated(record);
    } catch (error) {
      if (isProblem(error, 'duplicate_record')) setRefusedFor((error.body.duplicates as Duplicate[] | undefined) ?? []);
      setFaults(readFaults(t, error));
    } finally {
      setBusy(false);
    }
  };
  const discard = (): void => {
    setTouched(false);
    setHasDraft(false);
    dropDraft(id, object);
    setValues(startValues(object, member.id));
    setFaults(NO_FAULTS);
    setRefusedFor([]);
    setRound((before) => before + 1);
  };
  return { values, round, faults, busy, refusedFor, hasDraft, set, submit, discard };
}
