import { useState } from 'react';
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import type { Standing } from '@/api/types';
import { useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import type { Decision } from './api';

interface Props {
  standing: Standing;
  busy: boolean;
  onDecide: (decision: Decision) => void;
}

/** What a lead waits for, and what those who may decide can do about it. */
export function Pending({ standing, busy, onDecide }: Props) {
  const t = useText('qualification');
  const format = useFormat();
  const [reason, setReason] = useState<string | null>(null);
  if (standing.state === null) return null;
  if (standing.state === 'sent_back')
    return (
      <Alert color="yellow" variant="light" mt={8}>
        <Text fw={600}>{t('qualification:sent_back')}</Text>
        {standing.reason}
      </Alert>
    );
  const { asked } = standing;
  return (
    <Alert color="blue" variant="light" mt={8}>
      <Stack gap={8}>
        <Text fw={600}>{t('qualification:waiting')}</Text>
        <Text size="sm">
          {asked && t('qualification:asked_by', { who: asked.by.name ?? '', when: format.relative(asked.at) })}
          {standing.reason && <> {t('qualification:said', { note: standing.reason })}</>}
        </Text>
        {reason !== null && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              onDecide({ act: 'send_back', reason });
            }}
          >
            <Stack gap={8}>
              <TextInput
                label={t('qualification:reason')}
                value={reason}
                maxLength={500}
                required
                data-autofocus
                onChange={(event) => setReason(event.currentTarget.value)}
              />
              <Group gap={8}>
                <Button type="submit" size="compact-md" loading={busy} disabled={reason.trim() === ''}>
                  {t('qualification:send_back')}
                </Button>
                <Button variant="default" size="compact-md" onClick={() => setReason(null)}>
                  {t('common:action.cancel')}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
        {reason === null && (
          <Group gap={8}>
            {standing.may_confirm && (
              <>
                <Button size="compact-md" loading={busy} onClick={() => onDecide({ act: 'confirm' })}>
                  {t('qualification:confirm')}
                </Button>
                <Button variant="default" size="compact-md" onClick={() => setReason('')}>
                  {t('qualification:send_back')}
                </Button>
              </>
            )}
            {!standing.may_confirm && standing.may_qualify && (
              <Button variant="default" size="compact-md" loading={busy} onClick={() => onDecide({ act: 'withdraw' })}>
                {t('qualification:withdraw')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
