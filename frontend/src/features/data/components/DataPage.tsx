import { Divider, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '@/shared/i18n/text';
import { Screen } from '@/shared/ui/Screen';
import { useMe } from '@/shared/workspace/workspace';
import { Backups } from './Backups';
import { CloseWorkspace } from './CloseWorkspace';
import { Exports } from './Exports';
import { Restores } from './Restores';

/** The workspace's data as a whole: take it along, see that it is safe, delete it. */
export function DataPage() {
  const t = useText('data');
  const { member } = useMe();
  return (
    <Screen title={t('data:title')}>
      <Stack gap="xl" maw={720}>
        <Part title={t('data:export.title')} lead={t('data:export.lead')}>
          <Exports />
        </Part>
        <Divider />
        <Part title={t('data:backup.title')} lead={t('data:backup.lead')}>
          <Restores />
          <Backups />
        </Part>
        {member.role === 'owner' && (
          <>
            <Divider />
            <Part title={t('data:close.title')} lead={t('data:close.lead')}>
              <CloseWorkspace />
            </Part>
          </>
        )}
      </Stack>
    </Screen>
  );
}

function Part({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h5">
        {title}
      </Title>
      <Text c="dimmed" mt={4} mb="sm">
        {lead}
      </Text>
      {children}
    </section>
  );
}
