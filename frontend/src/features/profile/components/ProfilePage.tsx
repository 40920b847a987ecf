import { Stack, TextInput } from '@mantine/core';
import { useText } from '@/shared/i18n/text';
import { useUser } from '@/shared/session/session';
import { Screen } from '@/shared/ui/Screen';
import { NameForm } from './NameForm';
import { Preferences } from './Preferences';

/** The person's own settings. They hold in all of their workspaces. */
export function ProfilePage() {
  const t = useText('profile');
  const user = useUser();
  return (
    <Screen title={t('profile:title')}>
      <Stack gap="lg" maw={420}>
        <NameForm user={user} />
        <TextInput
          label={t('profile:email')}
          description={t('profile:email_help')}
          value={user.email}
          readOnly
          variant="filled"
        />
        <Preferences user={user} />
      </Stack>
    </Screen>
  );
}
