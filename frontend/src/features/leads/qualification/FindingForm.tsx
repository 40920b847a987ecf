import { useState } from 'react';
import { Button, Group, SegmentedControl, Select, Stack, Textarea, TextInput } from '@mantine/core';
import type { FindingInput, Standing } from '@/api/types';
import { formErrors } from '@/shared/forms/problems';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useText } from '@/shared/i18n/text';
import type { CardProps } from '@/shared/records/model/config';
import { today } from '@/shared/records/values/dates';
import { useAssess } from './api';
import classes from './qualification.module.css';

type Asked = Standing['criteria'][number];
type Kind = NonNullable<FindingInput['evidence_kind']>;

const VERDICTS = ['met', 'not_met', 'unknown'] as const;
const KINDS: Kind[] = ['letter', 'survey', 'visit', 'call', 'email', 'other'];

interface Props extends Pick<CardProps, 'display' | 'record'> {
  criterion: Asked;
  name: string;
  onClose: () => void;
}

/** A verdict and what shows it: kind, day and words of the evidence. */
export function FindingForm({ record, criterion, name, onClose }: Props) {
  const t = useText('qualification', 'records');
  const [found, setFound] = useState<FindingInput>({
    verdict: criterion.finding?.verdict ?? 'met',
    evidence_kind: criterion.finding?.evidence_kind ?? null,
    evidence_on: criterion.finding?.evidence_on ?? null,
    note: criterion.finding?.note ?? '',
  });
  const assess = useAssess(record.id);
  const { fields, summary } = assess.error
    ? formErrors(t, assess.error, ['evidence_kind', 'evidence_on', 'note'])
    : { fields: {}, summary: null };
  const set = (change: Partial<FindingInput>): void => setFound((before) => ({ ...before, ...change }));
  return (
    <form
      className={classes.form}
      aria-label={t('qualification:assess_of', { name })}
      onSubmit={(event) => {
        event.preventDefault();
        assess.mutate({ ...found, criterion: criterion.id }, { onSuccess: onClose });
      }}
    >
      <Stack gap="xs">
        <FormSummary message={summary} />
        <SegmentedControl
          fullWidth
          size="xs"
          aria-label={name}
          data={VERDICTS.map((value) => ({ value, label: t(`records:verdict.${value}`) }))}
          value={found.verdict}
          onChange={(verdict) => set({ verdict: verdict })}
          data-autofocus
        />
        <Group grow gap="xs" align="start">
          <Select
            label={t('qualification:evidence')}
            placeholder={t('qualification:no_evidence')}
            required={criterion.evidence && found.verdict === 'met'}
            data={KINDS.map((value) => ({ value, label: t(`records:evidence.${value}`) }))}
            value={found.evidence_kind ?? null}
            clearable
            error={fields.evidence_kind}
            onChange={(kind) =>
              set({ evidence_kind: kind, evidence_on: kind === null ? null : (found.evidence_on ?? today()) })
            }
          />
          <TextInput
            type="date"
            label={t('qualification:evidence_on')}
            max={today()}
            value={found.evidence_on ?? ''}
            error={fields.evidence_on}
            onChange={(event) => set({ evidence_on: event.currentTarget.value || null })}
          />
        </Group>
        <Textarea
          label={t('qualification:note')}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={5000}
          value={found.note ?? ''}
          error={fields.note}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" size="compact-md" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button type="submit" size="compact-md" loading={assess.isPending}>
            {t('common:action.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
