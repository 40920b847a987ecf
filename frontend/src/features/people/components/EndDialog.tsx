import { useState } from 'react';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { MemberDetails } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { toast } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { usePeople, type HandOverWish } from '../api/queries';
import { HandOverChoice, isReady, wishOf, type Choice } from './HandOverChoice';

interface Props {
  opened: boolean;
  onClose: () => void;
  member: MemberDetails;
}

/** Deactivate somebody and say what becomes of their records; for a former member only the latter. */
export function EndDialog({ opened, onClose, member }: Props) {
  const t = useText('people');
  const title = t(member.active ? 'people:end.title' : 'people:end.hand_over_title', { name: member.name });
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <Ending member={member} onClose={onClose} />
    </Modal>
  );
}

function Ending({ member, onClose }: Omit<Props, 'opened'>) {
  const t = useText('people');
  const { deactivate, handOver } = usePeople(useWorkspace());
  const [choice, setChoice] = useState<Choice>({ kind: 'one', shares: [] });
  const failed = deactivate.error ?? handOver.error;
  const done = { onSuccess: () => { toast(t('people:end.done', { name: member.name })); onClose(); } };
  const submit = (): void => {
    const to: HandOverWish = wishOf(choice);
    if (member.active) deactivate.mutate({ id: member.id, to }, done);
    else handOver.mutate({ id: member.id, to: to ?? [] }, done);
  };
  return (
    <Stack gap="md">
      <FormSummary message={failed ? errorMessage(t, failed) : null} />
      {member.active && <Text>{t('people:end.lead')}</Text>}
      <HandOverChoice memberId={member.id} choice={choice} onChange={setChoice} canKeep={member.active} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t('common:action.cancel')}
        </Button>
        <Button
          color={member.active ? 'red' : undefined}
          disabled={!isReady(choice)}
          loading={deactivate.isPending || handOver.isPending}
          onClick={submit}
        >
          {t(member.active ? 'people:end.confirm' : 'people:end.hand_over')}
        </Button>
      </Group>
    </Stack>
  );
}
