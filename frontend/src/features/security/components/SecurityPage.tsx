import type { ReactNode } from 'react';
import { Stack, Text, Title } from '@mantine/core';
import { useText } from '@/shared/i18n/text';
import { Screen } from '@/shared/ui/Screen';
import { useMe } from '@/shared/workspace/workspace';
import { EmailForm } from './EmailForm';
import { PasswordForm } from './PasswordForm';
import { Requirement } from './Requirement';
import { Sessions } from './Sessions';
import { TwoFactor } from './TwoFactor';

/** How one signs in and where one is signed in. Holds in all workspaces. */
export function SecurityPage() {
  const t = useText('security');
  const me = useMe();
  return (
    <Screen title={t('security:title')}>
      <Stack gap={40}>
        <Part title={t('security:two_factor.title')} text={t('security:two_factor.what')}>
          <TwoFactor />
        </Part>
        <Part title={t('security:password.title')} text={t('security:password.what')}>
          <PasswordForm />
        </Part>
        <Part title={t('security:email.title')} text={t('security:email.what')}>
          <EmailForm />
        </Part>
        <Part title={t('security:sessions.title')} text={t('security:sessions.what')}>
          <Sessions />
        </Part>
        {me.powers.includes('workspace') && (
          <Part title={t('security:requirement.title')} text={t('security:requirement.what')}>
            <Requirement />
          </Part>
        )}
      </Stack>
    </Screen>
  );
}

function Part({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h5">
        {title}
      </Title>
      <Text c="dimmed" size="sm" mt={2} mb="sm">
        {text}
      </Text>
      {children}
    </section>
  );
}
