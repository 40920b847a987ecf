import type { Ref } from 'react';
import { TextInput, type TextInputProps } from '@mantine/core';
import { useText } from '@/shared/i18n/text';

/** The code of an authenticator; a recovery code does, too. */
export function CodeField(props: TextInputProps & { ref?: Ref<HTMLInputElement> }) {
  const t = useText();
  return (
    <TextInput
      label={t('common:code.label')}
      description={t('common:code.help')}
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={40}
      {...props}
    />
  );
}
