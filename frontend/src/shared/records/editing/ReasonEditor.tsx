import { useState } from 'react';
import { Button, Group, Textarea } from '@mantine/core';
import type { Field } from '@/api/types';
import { fieldLabel } from '../model/labels';
import type { Display } from '../values/display';

interface Props {
  display: Display;
  /** The field that takes the reason. */
  field: Field;
  onSave: (reason: string) => void;
  onCancel: () => void;
}

/** Asks, in place, why a status was chosen that must say why. */
export function ReasonEditor({ display, field, onSave, onCancel }: Props) {
  const { t } = display;
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const save = (): void => {
    if (reason.trim() === '') setMissing(true);
    else onSave(reason.trim());
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Textarea
        label={fieldLabel(t, field)}
        description={t('records:status.reason_help')}
        autosize
        minRows={2}
        value={reason}
        error={missing && reason.trim() === '' ? t('records:status.reason_missing') : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          save();
        }}
        {...(field.max_length === null ? {} : { maxLength: field.max_length })}
        data-autofocus
      />
      <Group gap={6} justify="flex-end" mt={8}>
        <Button size="compact-sm" variant="subtle" color="gray" onClick={onCancel}>
          {t('common:action.cancel')}
        </Button>
        <Button size="compact-sm" type="submit">
          {t('common:action.save')}
        </Button>
      </Group>
    </form>
  );
}
