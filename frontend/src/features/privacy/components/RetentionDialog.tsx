import { useState } from 'react';
import { Alert, Button, Group, Modal, NumberInput, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { RetentionRule, RetentionRuleInput } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { formErrors } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { FilterField } from '@/shared/records/filters/FilterField';
import { partsOfFilter } from '@/shared/records/model/filters';
import type { Display } from '@/shared/records/values/display';
import { toast } from '@/shared/ui/toast';
import { useIsPhone } from '@/shared/ui/useIsPhone';
import { useWorkspace } from '@/shared/workspace/workspace';
import { retentionPreviewQuery, useRetain } from '../api/retention';
import { goingText } from '../words';

interface Props {
  display: Display;
  rule: RetentionRule;
  onClose: () => void;
}

const FIELDS = ['months', 'history_months'] as const;
const TYPING_MS = 400;

/** Set how long records of a type are kept, with what that would mean now. */
export function RetentionDialog({ display, rule, onClose }: Props) {
  const t = useText('privacy', 'records');
  const isPhone = useIsPhone();
  const [months, setMonths] = useState<number | null>(rule.months);
  const [history, setHistory] = useState<number | null>(rule.history_months);
  const [parts, setParts] = useState(() => partsOfFilter(rule.filter));
  const [opened] = useState(rule); // what others save meanwhile is a conflict, and not overwritten
  const retain = useRetain(opened);
  const { fields, summary } = retain.error
    ? formErrors(t, retain.error, FIELDS)
    : { fields: {} as Record<string, string>, summary: null };
  const filter = parts.length > 0 ? ({ all: parts } as RetentionRuleInput['filter']) : null;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      fullScreen={isPhone}
      title={t('privacy:kept.title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const sent = { months, filter: months === null ? null : filter, history_months: history };
          retain.mutate(sent, {
            onSuccess: () => {
              toast(t('privacy:kept.saved'));
              onClose();
            },
          });
        }}
      >
        <Stack gap="md">
          <FormSummary message={summary} />
          <Months label={t('privacy:kept.months')} help={t('privacy:kept.months_help')} value={months} error={fields.months} onChange={setMonths} first />
          {months !== null && (
            <div>
              <Text size="sm" fw={500}>
                {t('privacy:kept.which')}
              </Text>
              <Text size="sm" c="dimmed" mb={6}>
                {t('privacy:kept.which_help')}
              </Text>
              <FilterField display={display} parts={parts} fullScreen={isPhone} onChange={setParts} />
            </div>
          )}
          {months !== null && <Preview display={display} object={rule.object} months={months} filter={filter} />}
          <Months label={t('privacy:kept.history_months')} help={t('privacy:kept.history_help')} value={history} error={fields.history_months} onChange={setHistory} />
          {months !== null && <Alert variant="light">{t('privacy:kept.warning')}</Alert>}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button type="submit" loading={retain.isPending}>
              {t('common:action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface MonthsProps {
  label: string;
  help: string;
  value: number | null;
  error: string | undefined;
  first?: boolean;
  onChange: (months: number | null) => void;
}

/** A number of months, or nothing. */
function Months({ label, help, value, error, first, onChange }: MonthsProps) {
  return (
    <NumberInput
      label={label}
      description={help}
      min={1}
      max={240}
      allowDecimal={false}
      allowNegative={false}
      value={value ?? ''}
      error={error}
      data-autofocus={first}
      onChange={(given) => onChange(given === '' ? null : Number(given))}
    />
  );
}

type Asked = Pick<RetentionRuleInput, 'filter'> & { months: number };

interface PreviewProps {
  display: Display;
  object: RetentionRule['object'];
  months: number;
  filter: RetentionRuleInput['filter'];
}

function Preview({ display, object, months, filter }: PreviewProps) {
  const t = useText('privacy', 'records');
  const wanted = JSON.stringify({ months, filter });
  const [asked] = useDebouncedValue(wanted, TYPING_MS);
  const query = useQuery(retentionPreviewQuery(useWorkspace(), object, JSON.parse(asked) as Asked));
  if (query.isError) return null; // saving says what is wrong
  const found = asked === wanted ? query.data : undefined;
  const names = found?.records.map((each) => each.display_name || t('records:value.nameless')) ?? [];
  return (
    <div role="status">
      <Text>{found ? goingText(t, display.format, found.count) : t('privacy:kept.counting')}</Text>
      {names.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('privacy:kept.oldest', { names: display.format.list(names) })}
        </Text>
      )}
    </div>
  );
}
