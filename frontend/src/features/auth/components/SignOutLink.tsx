import { Anchor } from '@mantine/core';
import { useText } from '@/shared/i18n/text';
import { useSignOut } from '@/shared/session/useSignOut';

export function SignOutLink() {
  const t = useText();
  const signOut = useSignOut();
  return (
    <Anchor component="button" type="button" onClick={() => signOut.mutate()}>
      {t('common:me.sign_out')}
    </Anchor>
  );
}
