import { useState } from 'react';
import { Badge, Button, Group, NumberInput, Stack, Switch, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Criterion, Qualification } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { currentLanguage } from '@/shared/i18n';
import { ErrorState } from '@/shared/ui/ErrorState';
import { OrderList } from '@/shared/ui/OrderList';
import { Screen } from '@/shared/ui/Screen';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toast, toastError } from '@/shared/ui/toast';
import { useObject, useWorkspace } from '@/shared/workspace/workspace';
import { useDisplay, type Display } from '@/shared/records/values/display';
import { filterText } from '@/shared/records/filters/leafText';
import { partsOfFilter } from '@/shared/records/model/filters';
import { qualificationQuery, useChangePolicy, useOrderCriteria, useRemoveCriterion } from './api';
import { CriterionDialog } from './CriterionDialog';
import { nameOf } from './names';
import './namespace';
import classes from './settings.module.css';

/** What is demanded of a lead before it counts as a prospective customer. */
export function QualificationPage() {
  const t = useText('qualification', 'records');
  const { data, error, refetch } = useQuery(qualificationQuery(useWorkspace()));
  const display = useDisplay(useObject('lead'));
  return (
    <Screen title={t('qualification:settings.title')}>
      <Text c="dimmed">{t('qualification:settings.lead')}</Text>
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RowsSkeleton rows={5} />}
      {data && (
        <>
          <Criteria display={display} criteria={data.criteria} />
          <Policy key={data.version} policy={data} />
        </>
      )}
    </Screen>
  );
}

function Criteria({ display, criteria }: { display: Display; criteria: Criterion[] }) {
  const t = useText('qualification', 'records');
  const [editing, setEditing] = useState<Criterion | 'new' | null>(null);
  const order = useOrderCriteria();
  const remove = useRemoveCriterion();
  const name = (criterion: Criterion): string => nameOf(display.language, criterion);
  const failed = (error: Error): void => toastError(errorMessage(t, error));
  const ask = (criterion: Criterion): void => {
    if (window.confirm(t('qualification:settings.remove_confirm', { name: name(criterion) })))
      remove.mutate(criterion.id, { onSuccess: () => toast(t('qualification:settings.removed')), onError: failed });
  };
  return (
    <section>
      {criteria.length === 0 && (
        <Text mt="sm" c="dimmed">
          {t('qualification:settings.none')}
        </Text>
      )}
      <OrderList
        items={criteria}
        label={t('qualification:settings.criteria')}
        nameOf={name}
        onOrder={(ids) => order.mutate(ids, { onError: failed })}
      >
        {(criterion) => (
          <div className={classes.row}>
            <div className={classes.words}>
              <Group gap={8}>
                <Text fw={600}>{name(criterion)}</Text>
                {criterion.required && (
                  <Badge variant="light" tt="none">
                    {t('qualification:required')}
                  </Badge>
                )}
                {criterion.evidence && (
                  <Badge variant="light" color="gray" tt="none">
                    {t('qualification:settings.with_evidence')}
                  </Badge>
                )}
                {criterion.points > 0 && (
                  <Text size="sm" c="dimmed">
                    {t('qualification:points', { count: criterion.points })}
                  </Text>
                )}
              </Group>
              <Text size="sm" c="dimmed">
                {criterion.automatic
                  ? t('qualification:settings.by_filter', { filter: filterText(display, partsOfFilter(criterion.filter)) })
                  : t('qualification:settings.by_hand')}
              </Text>
            </div>
            <Group gap={4} wrap="nowrap">
              <Button
                variant="subtle"
                size="compact-md"
                aria-label={t('qualification:settings.change_of', { name: name(criterion) })}
                onClick={() => setEditing(criterion)}
              >
                {t('qualification:settings.change')}
              </Button>
              <Button
                variant="subtle"
                color="red"
                size="compact-md"
                aria-label={t('qualification:settings.remove_of', { name: name(criterion) })}
                onClick={() => ask(criterion)}
              >
                {t('qualification:settings.remove')}
              </Button>
            </Group>
          </div>
        )}
      </OrderList>
      <Button mt="sm" variant="default" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={() => setEditing('new')}>
        {t('qualification:settings.add')}
      </Button>
      {editing && (
        <CriterionDialog
          key={editing === 'new' ? 'new' : editing.id}
          display={display}
          criterion={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      )}
    </section>
  );
}

function Policy({ policy }: { policy: Qualification }) {
  const t = useText('qualification');
  const total = policy.criteria.reduce((sum, { points }) => sum + points, 0);
  const change = useChangePolicy();
  const [threshold, setThreshold] = useState<number | string>(Math.min(policy.threshold, total));
  const required = policy.criteria.filter((criterion) => criterion.required);
  const save = (given: { threshold?: number; confirm?: boolean }): void =>
    change.mutate(
      { ...given, version: policy.version },
      {
        onSuccess: () => toast(t('qualification:settings.saved')),
        onError: (error) => toastError(errorMessage(t, error)),
      },
    );
  const least = Math.min(policy.threshold, total);
  return (
    <section>
      <Title order={2} size="h5" mt="xl" mb="xs">
        {t('qualification:settings.demands')}
      </Title>
      <Stack gap="md" align="start">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save({ threshold: Number(threshold) });
          }}
        >
          <Group gap="xs" align="end">
            <NumberInput
              label={t('qualification:settings.threshold')}
              description={t('qualification:settings.threshold_help', { total })}
              min={0}
              max={total}
              allowDecimal={false}
              value={threshold}
              w={280}
              onChange={setThreshold}
            />
            <Button type="submit" variant="default" loading={change.isPending} disabled={threshold === '' || threshold === least}>
              {t('common:action.save')}
            </Button>
          </Group>
        </form>
        <Switch
          label={t('qualification:settings.confirm')}
          description={t('qualification:settings.confirm_help')}
          checked={policy.confirm}
          disabled={change.isPending}
          onChange={(event) => save({ confirm: event.currentTarget.checked })}
        />
        <Text size="sm" c="dimmed" role="status">
          {[
            required.length > 0
              ? t('qualification:settings.sum_required', {
                  names: new Intl.ListFormat(currentLanguage()).format(required.map((each) => nameOf(currentLanguage(), each))),
                })
              : '',
            least > 0 ? t('qualification:settings.sum_score', { threshold: least, total }) : '',
            policy.confirm ? t('qualification:settings.sum_confirm') : '',
          ]
            .filter(Boolean)
            .join(' ') || t('qualification:settings.sum_nothing')}
        </Text>
      </Stack>
    </section>
  );
}
