import { Button, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { errorMessage } from '@/shared/forms/problems';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { refreshSession, useSession } from '@/shared/session/session';
import { LinkButton } from '@/shared/ui/LinkButton';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { reopenWorkspace } from '../api/queries';

/** What an owner finds at a workspace that was closed: when it is deleted, and the way back. */
export function ClosedPage({ id, name }: { id: string; name: string }) {
  const t = useText('data');
  const format = useFormat();
  const client = useQueryClient();
  const router = useRouter();
  const { workspaces } = useSession();
  const purgeAt = workspaces.find((one) => one.id === id)?.purge_at;
  const other = workspaces.find((one) => one.state === 'active');
  const reopen = useMutation({
    mutationFn: () => reopenWorkspace(id),
    onSuccess: async () => {
      await refreshSession(client);
      await router.invalidate();
    },
  });
  return (
    <PublicLayout
      title={t('data:closed.title', { name })}
      lead={purgeAt ? t('data:closed.lead', { date: format.dateTime(purgeAt) }) : undefined}
    >
      <Stack gap="sm">
        <FormSummary message={reopen.error ? errorMessage(t, reopen.error) : null} />
        <Button loading={reopen.isPending} onClick={() => reopen.mutate()}>
          {t('data:closed.reopen')}
        </Button>
        {other && (
          <LinkButton variant="default" to="/w/$slug" params={{ slug: other.slug }}>
            {t('data:closed.other', { name: other.name })}
          </LinkButton>
        )}
      </Stack>
    </PublicLayout>
  );
}
