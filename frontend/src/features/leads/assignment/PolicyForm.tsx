import { useState } from 'react';
import { Button, Group, NumberInput, Select, Stack, Title } from '@mantine/core';
import type { Assignment, AssignmentPatch } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { toast, toastError } from '@/shared/ui/toast';
import { useMembers } from '@/shared/workspace/workspace';
import { useChangeAssignment } from './api';

type Fallback = NonNullable<AssignmentPatch['fallback']>;
const FALLBACKS: Fallback[] = ['nobody', 'creator', 'member'];

/** What holds for all rules: how much everybody can take, and what happens where no rule decides. */
export function PolicyForm({ policy }: { policy: Assignment }) {
  const t = useText('assignment');
  const members = useMembers().filter(({ active }) => active);
  const [capacity, setCapacity] = useState<number | string>(policy.capacity ?? '');
  const [fallback, setFallback] = useState<Fallback>(policy.fallback ?? 'nobody');
  const [fallbackId, setFallbackId] = useState(policy.fallback_id ?? null);
  const change = useChangeAssignment();
  return (
    <section>
      <Title order={2} size="h5" mt="xl" mb="xs">
        {t('assignment:policy.title')}
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const sent: AssignmentPatch = {
            capacity: capacity === '' ? null : Number(capacity),
            fallback,
            fallback_id: fallback === 'member' ? fallbackId : null,
          };
          change.mutate(
            { ...sent, version: policy.version ?? 0 },
            { onSuccess: () => toast(t('assignment:saved')), onError: (error) => toastError(errorMessage(t, error)) },
          );
        }}
      >
        <Stack gap="md" maw={420}>
          <NumberInput
            label={t('assignment:policy.capacity')}
            description={t('assignment:policy.capacity_help')}
            placeholder={t('assignment:policy.no_bound')}
            min={0}
            max={100_000}
            allowDecimal={false}
            value={capacity}
            onChange={setCapacity}
          />
          <Select
            label={t('assignment:policy.fallback')}
            data={FALLBACKS.map((value) => ({ value, label: t(`assignment:fallback.${value}`) }))}
            value={fallback}
            allowDeselect={false}
            onChange={(value) => value && setFallback(value)}
          />
          {fallback === 'member' && (
            <Select
              label={t('assignment:member')}
              searchable
              data={members.map(({ id, name }) => ({ value: id, label: name }))}
              value={fallbackId}
              onChange={setFallbackId}
            />
          )}
          <Group>
            <Button
              type="submit"
              variant="default"
              loading={change.isPending}
              disabled={fallback === 'member' && fallbackId === null}
            >
              {t('common:action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
