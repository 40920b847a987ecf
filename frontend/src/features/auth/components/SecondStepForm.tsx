import { useEffect, useRef } from 'react';
import { Anchor, Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Session } from '@/api/types';
import { isProblem } from '@/api/problem';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { CodeField } from '@/shared/ui/CodeField';
import { finishSignIn } from '../api/access';

const FIELDS = ['code'] as const;

interface Props {
  onSignedIn: (session: Session) => void;
  /** Begin again with address and password. */
  onBack: () => void;
}

/** The second step of signing in. */
export function SecondStepForm({ onSignedIn, onBack }: Props) {
  const t = useText('auth');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const form = useForm({
    initialValues: { code: '' },
    validate: { code: (value) => (value.trim() ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ code }) => {
    try {
      onSignedIn(await finishSignIn(code.trim()));
    } catch (error) {
      if (isProblem(error, 'second_step_over')) onBack();
      throw error;
    }
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <FormSummary message={summary} />
        <CodeField ref={field} {...form.getInputProps('code')} />
        <Button type="submit" loading={busy} fullWidth>
          {t('auth:sign_in.submit')}
        </Button>
        <Anchor component="button" type="button" onClick={onBack} size="sm">
          {t('auth:second_step.back')}
        </Anchor>
      </Stack>
    </form>
  );
}
