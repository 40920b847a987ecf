import { Group, Progress, Text, type PasswordInputProps } from '@mantine/core';
import { useText } from '@/shared/i18n/text';
import { passwordStrength } from '@/shared/forms/strength';
import { Password } from './Password';

const COLORS = ['red', 'red', 'orange', 'teal', 'teal'] as const;

/** A new password: shown on demand, with its strength in a word and a bar. The server decides. */
export function PasswordField({ value, ...props }: PasswordInputProps & { value: string }) {
  const t = useText('auth');
  const strength = passwordStrength(value);
  return (
    <div>
      <Password
        label={t('auth:field.password')}
        description={t('auth:field.password_help')}
        autoComplete="new-password"
        value={value}
        {...props}
      />
      {value !== '' && (
        <Group gap="sm" mt={6} wrap="nowrap">
          <Progress
            value={(strength + 1) * 20}
            color={COLORS[strength]}
            size={4}
            flex={1}
            aria-label={t('auth:strength.label')}
          />
          <Text size="xs" c="dimmed" aria-live="polite">
            {t(`auth:strength.${strength}`)}
          </Text>
        </Group>
      )}
    </div>
  );
}
