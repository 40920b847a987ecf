import { useState } from 'react';
import { Button, Checkbox, Group, Modal, NumberInput, Radio, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { Criterion, CriterionInput } from '@/api/types';
import { formErrors } from '@/shared/forms/problems';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useText } from '@/shared/i18n/text';
import { FilterField } from '@/shared/records/filters/FilterField';
import { partsOfFilter } from '@/shared/records/model/filters';
import type { Display } from '@/shared/records/values/display';
import { useIsPhone } from '@/shared/ui/useIsPhone';
import { useSaveCriterion } from './api';

interface Props {
  display: Display;
  /** Null: a new one. */
  criterion: Criterion | null;
  onClose: () => void;
}

const FIELDS = ['name_en', 'name_zh', 'help_en', 'help_zh', 'points', 'required', 'evidence'] as const;

/** A criterion: its names, how it is decided, and how much it counts. */
export function CriterionDialog({ display, criterion, onClose }: Props) {
  const t = useText('qualification', 'records');
  const isPhone = useIsPhone();
  const [draft, setDraft] = useState({
    name_en: criterion?.name_en ?? '',
    name_zh: criterion?.name_zh ?? '',
    help_en: criterion?.help_en ?? '',
    help_zh: criterion?.help_zh ?? '',
    points: criterion?.points ?? 10,
    required: criterion?.required ?? false,
    evidence: criterion?.evidence ?? false,
  });
  const [byFilter, setByFilter] = useState(criterion?.automatic ?? false);
  const [parts, setParts] = useState(() => partsOfFilter(criterion?.filter));
  const save = useSaveCriterion();
  const { fields, summary } = save.error ? formErrors(t, save.error, FIELDS) : { fields: {} as Record<string, string>, summary: null };
  const set = (change: Partial<typeof draft>): void => setDraft((before) => ({ ...before, ...change }));
  const text = (name: 'name_en' | 'name_zh' | 'help_en' | 'help_zh') => ({
    label: t(`qualification:settings.${name}`),
    value: draft[name],
    error: fields[name],
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  });
  const filter = byFilter && parts.length > 0 ? ({ all: parts } as CriterionInput['filter']) : null;
  const isReady = (draft.name_en.trim() !== '' || draft.name_zh.trim() !== '') && (!byFilter || parts.length > 0);
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      fullScreen={isPhone}
      title={t(criterion ? 'qualification:settings.change_title' : 'qualification:settings.add')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const sent = { ...draft, filter, evidence: draft.evidence && !byFilter };
          save.mutate({ criterion, sent }, { onSuccess: onClose });
        }}
      >
        <Stack gap="sm">
          <FormSummary message={summary} />
          <Text size="sm" c="dimmed">
            {t('qualification:settings.names_help')}
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            <TextInput {...text('name_en')} maxLength={100} data-autofocus />
            <TextInput {...text('name_zh')} maxLength={100} lang="zh-CN" />
            <Textarea {...text('help_en')} maxLength={500} autosize minRows={1} maxRows={4} />
            <Textarea {...text('help_zh')} maxLength={500} autosize minRows={1} maxRows={4} lang="zh-CN" />
          </SimpleGrid>
          <Radio.Group
            label={t('qualification:settings.decided')}
            value={byFilter ? 'filter' : 'hand'}
            onChange={(kind) => setByFilter(kind === 'filter')}
          >
            <Stack gap={6} mt={4}>
              <Radio value="hand" label={t('qualification:settings.by_hand')} />
              <Radio value="filter" label={t('qualification:settings.by_filter_choice')} />
            </Stack>
          </Radio.Group>
          {byFilter && <FilterField display={display} parts={parts} fullScreen={isPhone} onChange={setParts} />}
          <NumberInput
            label={t('qualification:settings.points')}
            description={t('qualification:settings.points_help')}
            min={0}
            max={1000}
            allowDecimal={false}
            value={draft.points}
            error={fields.points}
            w={200}
            onChange={(points) => set({ points: Number(points) })}
          />
          <Checkbox
            label={t('qualification:settings.required')}
            checked={draft.required}
            onChange={(event) => set({ required: event.currentTarget.checked })}
          />
          {!byFilter && (
            <Checkbox
              label={t('qualification:settings.evidence')}
              checked={draft.evidence}
              onChange={(event) => set({ evidence: event.currentTarget.checked })}
            />
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!isReady}>
              {t('common:action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
