import { useState } from 'react';
import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FormSummary } from '@/shared/forms/FormSummary';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { refreshSession } from '@/shared/session/session';
import { useMe, useWorkspace } from '@/shared/workspace/workspace';
import { leaveWorkspace } from '../api/queries';
import { HandOverChoice, isReady, wishOf, type Choice } from './HandOverChoice';

/** Leave the workspace oneself. */
export function Leave() {
  const t = useText('people');
  const { name } = useWorkspace();
  const [asking, setAsking] = useState(false);
  return (
    <section>
      <Title order={2} size="h5">
        {t('people:leave.title')}
      </Title>
      <Text c="dimmed" mt={4} mb="sm">
        {t('people:leave.lead')}
      </Text>
      <Button color="red" variant="outline" onClick={() => setAsking(true)}>
        {t('people:leave.open')}
      </Button>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('people:leave.dialog', { workspace: name })}>
        <Leaving onClose={() => setAsking(false)} />
      </Modal>
    </section>
  );
}

function Leaving({ onClose }: { onClose: () => void }) {
  const t = useText('people');
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { member } = useMe();
  const [choice, setChoice] = useState<Choice>({ kind: 'one', shares: [] });
  const leave = useMutation({
    mutationFn: () => leaveWorkspace(workspace, wishOf(choice)),
    onSuccess: async () => {
      await refreshSession(client);
      window.location.assign('/');
    },
  });
  return (
    <Stack gap="md">
      <FormSummary message={leave.error ? errorMessage(t, leave.error) : null} />
      <HandOverChoice memberId={member.id} choice={choice} onChange={setChoice} canKeep />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common:action.cancel')}
        </Button>
        <Button color="red" disabled={!isReady(choice)} loading={leave.isPending} onClick={() => leave.mutate()}>
          {t('people:leave.open')}
        </Button>
      </Group>
    </Stack>
  );
}
