import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { errorMessage } from '@/shared/forms/problems';
import { useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toast, toastError } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { changeRequirement, requirementQuery } from '../api/account';

const GRACE = ['0', '7', '14', '30'] as const;

/** Whether everybody in this workspace needs two-factor sign-in, and from when on. */
export function Requirement() {
  const t = useText('security');
  const format = useFormat();
  const workspace = useWorkspace();
  const queryClient = useQueryClient();
  const query = useQuery(requirementQuery(workspace));
  const [grace, setGrace] = useState<string>('7');
  const change = useMutation({
    mutationFn: (required: boolean) => changeRequirement(workspace, required, Number(grace)),
    onSuccess: (now) => {
      queryClient.setQueryData(requirementQuery(workspace).queryKey, now);
      toast(t('security:requirement.saved'));
    },
    onError: (error) => toastError(errorMessage(t, error)),
  });
  if (query.isPending) return <RowsSkeleton rows={1} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { required_from: from, members, without } = query.data;
  return (
    <Stack gap="sm">
      <Text size="sm">{t('security:requirement.without', { without, members })}</Text>
      {from ? (
        <>
          <Text>{t('security:requirement.from', { date: format.dateTime(from) })}</Text>
          <Button variant="default" w="fit-content" loading={change.isPending} onClick={() => change.mutate(false)}>
            {t('security:requirement.stop')}
          </Button>
        </>
      ) : (
        <Group align="flex-end" gap="xs">
          <Select
            label={t('security:requirement.grace')}
            data={GRACE.map((days) => ({ value: days, label: t(`security:requirement.days.${days}`) }))}
            value={grace}
            allowDeselect={false}
            onChange={(value) => value && setGrace(value)}
          />
          <Button variant="default" loading={change.isPending} onClick={() => change.mutate(true)}>
            {t('security:requirement.start')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
