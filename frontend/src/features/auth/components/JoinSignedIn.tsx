import { Button, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { InvitationOffer } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { refreshSession } from '@/shared/session/session';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { acceptInvitation, endSession } from '../api/joining';
import { useEnter } from '../useEnter';

/** The invitation is for the signed-in person: one click. */
export function JoinAsMe({ token, offer }: { token: string; offer: InvitationOffer }) {
  const t = useText('joining');
  const enter = useEnter();
  const join = useMutation({ mutationFn: () => acceptInvitation(token), onSuccess: enter });
  return (
    <PublicLayout
      title={t('joining:title', { workspace: offer.workspace })}
      lead={t('joining:lead', { inviter: offer.invited_by, email: offer.email })}
    >
      <Stack gap="md">
        <FormSummary message={join.error ? errorMessage(t, join.error) : null} />
        <Button onClick={() => join.mutate()} loading={join.isPending || join.isSuccess} fullWidth>
          {t('joining:accept')}
        </Button>
      </Stack>
    </PublicLayout>
  );
}

/** Somebody else is signed in here than the one who was invited. */
export function JoinAsOther({ offer, mine }: { offer: InvitationOffer; mine: string }) {
  const t = useText('joining');
  const queryClient = useQueryClient();
  const leave = useMutation({
    mutationFn: async () => {
      await endSession();
      queryClient.removeQueries({ queryKey: ['last-user'] });
      await refreshSession(queryClient);
    },
  });
  return (
    <PublicLayout title={t('joining:other.title')} lead={t('joining:other.lead', { email: offer.email, mine })}>
      <Stack gap="md">
        <FormSummary message={leave.error ? errorMessage(t, leave.error) : null} />
        <Button variant="default" onClick={() => leave.mutate()} loading={leave.isPending} fullWidth>
          {t('joining:other.sign_out')}
        </Button>
      </Stack>
    </PublicLayout>
  );
}
