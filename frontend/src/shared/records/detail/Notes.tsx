import { useRef, useState } from 'react';
import { Button, Group, Textarea, Title } from '@mantine/core';
import { useEditing } from '../editing/editing';
import { faultText } from '../model/faults';
import type { RecordConfig } from '../model/config';
import { fieldOf, type RecordData } from '../model/record';
import { textOf } from '../model/values';
import type { Display } from '../values/display';
import classes from './detail.module.css';

interface Props {
  display: Display;
  config: RecordConfig;
  record: RecordData;
  mayEdit: boolean;
}

/** Free notes: always ready to type into; saved by the button or Ctrl/Cmd-Enter. */
export function Notes({ display, config, record, mayEdit }: Props) {
  const { t, object } = display;
  const { save } = useEditing();
  const field = fieldOf(object, config.notes);
  const stored = textOf(record[config.notes]);
  const [typed, setTyped] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  if (!field) return null;
  const changed = typed !== null && typed !== stored;
  const commit = async (): Promise<void> => {
    if (!changed) return;
    setError(null);
    const outcome = await save(record, { [field.name]: typed.trim() === '' ? null : typed });
    if (outcome.saved) setTyped(null);
    else setError(faultText(outcome.faults, field.name));
  };
  return (
    <section className={classes.section}>
      <Title order={3} size="h5" className={classes.heading} id={`notes-${record.id}`}>
        {t('records:detail.notes')}
      </Title>
      <Textarea
        ref={area}
        aria-labelledby={`notes-${record.id}`}
        autosize
        minRows={2}
        maxRows={16}
        value={typed ?? stored}
        readOnly={!mayEdit}
        placeholder={mayEdit ? t('records:detail.notes_placeholder') : ''}
        error={error}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void commit();
          if (event.key !== 'Escape' || !changed) return;
          event.stopPropagation();
          setTyped(null);
        }}
        {...(field.max_length === null ? {} : { maxLength: field.max_length })}
      />
      {changed && (
        <Group gap={6} justify="flex-end" mt={6}>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => setTyped(null)}>
            {t('common:action.cancel')}
          </Button>
          <Button size="compact-sm" onClick={() => void commit()}>
            {t('common:action.save')}
          </Button>
        </Group>
      )}
    </section>
  );
}
