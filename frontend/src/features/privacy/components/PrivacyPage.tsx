import { Divider, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '@/shared/i18n/text';
import { Screen } from '@/shared/ui/Screen';
import { Certificates } from './Certificates';
import { FindPerson } from './FindPerson';
import { RetentionPart } from './RetentionPart';

/** What is known of persons: find it, hand it out, erase it, and what was erased. */
export function PrivacyPage() {
  const t = useText('privacy');
  return (
    <Screen title={t('privacy:title')}>
      <Stack gap="xl" maw={720}>
        <Part title={t('privacy:find.title')} lead={t('privacy:find.lead')}>
          <FindPerson />
        </Part>
        <Divider />
        <Part title={t('privacy:erased.title')} lead={t('privacy:erased.lead')}>
          <Certificates />
        </Part>
        <Divider />
        <Part title={t('privacy:kept.title')} lead={t('privacy:kept.lead')}>
          <RetentionPart />
        </Part>
      </Stack>
    </Screen>
  );
}

export function Part({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
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
