import { useState } from 'react';
import { Alert, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { AssignmentRule } from '@/api/types';
import { useText } from '@/shared/i18n/text';
import { recordsApi } from '@/shared/records/data/api';
import { Assigned } from '@/shared/records/detail/Assigned';
import { Mark, Told } from '@/shared/records/filters/Told';
import { partsOfFilter } from '@/shared/records/model/filters';
import type { Display } from '@/shared/records/values/display';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FieldsSkeleton } from '@/shared/ui/Skeletons';
import { useIsPhone } from '@/shared/ui/useIsPhone';
import { useWorkspace } from '@/shared/workspace/workspace';
import { trialQuery } from './api';
import classes from './assignment.module.css';

interface Props {
  display: Display;
  rules: AssignmentRule[];
  onClose: () => void;
}

/** Which rule would take a lead, and why: each with the conditions that hold for it. */
export function TrialDialog({ display, rules, onClose }: Props) {
  const t = useText('assignment', 'records');
  const workspace = useWorkspace();
  const isPhone = useIsPhone();
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed, 250);
  const [lead, setLead] = useState<{ id: string; name: string } | null>(null);
  const found = useQuery({
    queryKey: workspace.key('leads', 'pick', q),
    queryFn: ({ signal }) =>
      recordsApi(workspace, display.object).list({ limit: 20, fields: 'display_name', ...(q ? { q } : {}) }, signal),
    placeholderData: keepPreviousData,
  });
  const trial = useQuery({ ...trialQuery(workspace, lead?.id ?? ''), enabled: lead !== null });
  const options = (found.data?.data ?? []).map(({ id, display_name }) => ({ value: id, label: display_name }));
  const data = lead && !options.some(({ value }) => value === lead.id) ? [...options, { value: lead.id, label: lead.name }] : options;
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      fullScreen={isPhone}
      title={t('assignment:try')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <Stack gap="sm">
        <Select
          label={t('assignment:trial.lead')}
          description={t('assignment:trial.help')}
          searchable
          data={data}
          filter={({ options: all }) => all}
          value={lead?.id ?? null}
          nothingFoundMessage={t('records:editor.nothing_found')}
          onSearchChange={setTyped}
          onChange={(id, option) => setLead(id ? { id, name: option?.label ?? '' } : null)}
          data-autofocus
        />
        {lead && trial.isPending && <FieldsSkeleton />}
        {trial.error && <ErrorState error={trial.error} onRetry={() => void trial.refetch()} />}
        {lead && trial.data && (
          <>
            <Alert color={trial.data.owner_id ? 'green' : 'yellow'} variant="light">
              <Text fw={600}>
                {trial.data.owner_id
                  ? t('assignment:trial.owner', { name: display.member(trial.data.owner_id)?.name ?? '' })
                  : t('assignment:trial.nobody')}
              </Text>
              <Assigned display={display} why={trial.data.why} />
            </Alert>
            <div>
              {trial.data.rules.map((tried) => {
                const rule = rules.find(({ id }) => id === tried.id);
                return (
                  <div key={tried.id} className={classes.tried}>
                    <Group gap={8} wrap="nowrap" align="start">
                      <Mark display={display} holds={tried.holds} />
                      <Text fw={600}>{tried.name}</Text>
                    </Group>
                    {rule?.filter && tried.explanation && (
                      <Told display={display} node={{ all: partsOfFilter(rule.filter) }} told={tried.explanation} />
                    )}
                  </div>
                );
              })}
            </div>
          </>
        )}
      </Stack>
    </Modal>
  );
}
