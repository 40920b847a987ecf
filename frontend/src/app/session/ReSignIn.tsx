import { useEffect, useRef, useState } from 'react';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { onSessionLost, setCsrfToken } from '@/api/transport';
import { finishSignIn, signIn } from '@/features/auth/api/access';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { CodeField } from '@/shared/ui/CodeField';
import { Password } from '@/shared/ui/Password';
import { storeSession, useSession, useUser } from '@/shared/session/session';

interface Waiting {
  promise: Promise<void>;
  resolve: () => void;
  reject: (reason: Error) => void;
}

function makeWaiting(): Waiting {
  let resolve!: () => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<void>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  return { promise, resolve, reject };
}

const FIELDS = ['password', 'code'] as const;

/**
 * Asks to sign in again over the page when the session is gone. Calls that found it gone wait here and are then
 * repeated, so nothing that was typed is lost.
 */
export function ReSignIn() {
  const t = useText('auth');
  const user = useUser();
  const queryClient = useQueryClient();
  const signedOut = useSession().user === null;
  const [waiting, setWaiting] = useState(false);
  const [owesCode, setOwesCode] = useState(false);
  const pending = useRef<Waiting | null>(null);
  useEffect(() => {
    onSessionLost(() => {
      pending.current ??= makeWaiting();
      setWaiting(true);
      return pending.current.promise;
    });
    return () => onSessionLost(null);
  }, []);
  const settle = (): Waiting | null => {
    const before = pending.current;
    pending.current = null;
    setWaiting(false);
    return before;
  };
  const form = useForm({
    initialValues: { password: '', code: '' },
    validate: {
      password: (value) => (value ? null : t('errors:field.required')),
      code: (value) => (value.trim() || !owesCode ? null : t('errors:field.required')),
    },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ password, code }) => {
    const session = owesCode ? await finishSignIn(code.trim()) : await signIn(user.email, password);
    setCsrfToken(session.csrf_token);
    setOwesCode(session.second_step);
    if (session.second_step) return;
    storeSession(queryClient, session);
    form.reset();
    settle()?.resolve();
  });
  const leave = (): void => {
    settle()?.reject(new Error('signed out'));
    window.location.assign('/sign-in');
  };
  return (
    <Modal
      opened={waiting || signedOut}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={10_000}
      title={t('common:expired.title')}
    >
      <form onSubmit={onSubmit} noValidate>
        <Stack gap="md">
          <Text c="dimmed">{t('common:expired.text')}</Text>
          <FormSummary message={summary} />
          <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
          <Password
            label={t('common:expired.password', { email: user.email })}
            autoComplete="current-password"
            data-autofocus
            {...form.getInputProps('password')}
          />
          {owesCode && <CodeField {...form.getInputProps('code')} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={leave}>
              {t('common:expired.leave')}
            </Button>
            <Button type="submit" loading={busy}>
              {t('auth:sign_in.submit')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
