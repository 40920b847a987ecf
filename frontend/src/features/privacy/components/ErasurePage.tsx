import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { Erasure } from '@/api/types';
import { useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { LinkButton, TextLink } from '@/shared/ui/LinkButton';
import { Screen } from '@/shared/ui/Screen';
import { FieldsSkeleton } from '@/shared/ui/Skeletons';
import { useWorkspace } from '@/shared/workspace/workspace';
import { erasureQuery, isAtWork, useForget } from '../api/queries';
import { FoundPerson } from './FoundPerson';
import { Places } from './Places';

const route = getRouteApi('/w/$slug/settings/privacy/$erasureId');

/** One search for a person from its beginning to the proof that nothing is left. */
export function ErasurePage() {
  const t = useText('privacy');
  const workspace = useWorkspace();
  const { erasureId } = route.useParams();
  const query = useQuery(erasureQuery(workspace, erasureId));
  const erasure = query.data;
  return (
    <Screen title={erasure?.title ? t('privacy:found.title', { title: erasure.title }) : t('privacy:title')}>
      <Stack gap="lg" maw={720}>
        <TextLink size="sm" to="/w/$slug/settings/privacy" params={{ slug: workspace.slug }}>
          {t('privacy:back')}
        </TextLink>
        {query.isPending && <FieldsSkeleton fields={3} />}
        {!erasure && query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
        {erasure && <Body erasure={erasure} />}
      </Stack>
    </Screen>
  );
}

function Body({ erasure }: { erasure: Erasure }) {
  const t = useText('privacy');
  const { slug } = useWorkspace();
  if (isAtWork(erasure))
    return (
      <Stack gap={6} maw={480}>
        <Text role="status">{erasure.state === 'looking' ? t('privacy:looking') : t('privacy:erasing')}</Text>
        <Progress value={100} animated aria-label={erasure.state === 'looking' ? t('privacy:looking') : t('privacy:erasing')} />
        {erasure.state === 'queued' && (
          <Text size="sm" c="dimmed">
            {t('privacy:leave')}
          </Text>
        )}
      </Stack>
    );
  if (erasure.state === 'done')
    return (
      <Stack gap="sm" align="start">
        <Alert color="green" variant="light" icon={<IconCircleCheck />} title={t('privacy:done.title')} role="status">
          {t('privacy:done.text')}
        </Alert>
        <Places places={erasure.result} />
        <LinkButton variant="default" to="/w/$slug/settings/privacy" params={{ slug }}>
          {t('privacy:done.back')}
        </LinkButton>
      </Stack>
    );
  return (
    <>
      {erasure.state === 'failed' && <Failed />}
      <FoundPerson erasure={erasure} giveUp={<GiveUp id={erasure.id} />} />
    </>
  );
}

function Failed() {
  const t = useText('privacy');
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />}>
      {t('privacy:failed')}
    </Alert>
  );
}

function GiveUp({ id }: { id: string }) {
  const t = useText('privacy');
  const workspace = useWorkspace();
  const navigate = useNavigate();
  const forget = useForget(workspace);
  const back = (): void => void navigate({ to: '/w/$slug/settings/privacy', params: { slug: workspace.slug } });
  return (
    <Group>
      <Button variant="subtle" color="gray" loading={forget.isPending} onClick={() => forget.mutate(id, { onSettled: back })}>
        {t('privacy:give_up')}
      </Button>
    </Group>
  );
}
