import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useText } from '@/shared/i18n/text';

/** A password that can be shown. */
export function Password(props: PasswordInputProps) {
  const t = useText();
  return (
    <PasswordInput
      visibilityToggleButtonProps={{ 'aria-label': t('common:action.show_password') }}
      aria-invalid={props.error ? true : undefined}
      {...props}
    />
  );
}
