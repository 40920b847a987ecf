import { Stack, Text } from '@mantine/core';
import { IconFileImport, IconSparkles, IconUserPlus, IconUserSearch } from '@tabler/icons-react';
import { FormSummary } from '@/shared/forms/FormSummary';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { useUser } from '@/shared/session/session';
import { Screen } from '@/shared/ui/Screen';
import { useMe, useRight, useWorkspace } from '@/shared/workspace/workspace';
import { useSampleImport } from '../api/sample';
import { ButtonStep, LinkStep } from './Step';

/** First steps of an empty workspace. */
export function WelcomePage() {
  const t = useText('onboarding');
  const { slug, name } = useWorkspace();
  const user = useUser();
  const { has_records } = useMe().onboarding;
  const canImport = useRight('lead', 'import');
  const canCreate = useRight('lead', 'create');
  const sample = useSampleImport();
  return (
    <Screen title={t('onboarding:title', { name: user.name })}>
      <Stack gap="lg">
        <Text c="dimmed">{canImport || canCreate ? t(has_records ? 'onboarding:lead_used' : 'onboarding:lead', { workspace: name }) : t('onboarding:waiting', { workspace: name })}</Text>
        <FormSummary message={sample.error ? errorMessage(t, sample.error) : null} />
        <Stack gap={0}>
          {canImport && (
            <LinkStep
              icon={IconFileImport}
              title={t('onboarding:import.title')}
              text={t('onboarding:import.text')}
              to="/w/$slug/imports/new"
              params={{ slug }}
            />
          )}
          {canImport && (
            <ButtonStep
              icon={IconSparkles}
              title={t('onboarding:sample.title')}
              text={t('onboarding:sample.text')}
              busy={sample.isPending}
              onClick={() => sample.mutate()}
            />
          )}
          {!canImport && !canCreate && (
            <LinkStep
              icon={IconUserSearch}
              title={t('onboarding:look.title')}
              text={t('onboarding:look.text')}
              to="/w/$slug/leads"
              params={{ slug }}
            />
          )}
          {canCreate && (
            <LinkStep
              icon={IconUserPlus}
              title={t('onboarding:manual.title')}
              text={t('onboarding:manual.text')}
              to="/w/$slug/leads"
              params={{ slug }}
              search={{ create: true }}
            />
          )}
        </Stack>
      </Stack>
    </Screen>
  );
}
