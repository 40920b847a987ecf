import { useEffect, useRef, useState } from 'react';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { body, sessionApi } from '@/api/client';
import { onProofNeeded } from '@/api/transport';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { storeSession, useUser } from '@/shared/session/session';
import { CodeField } from '@/shared/ui/CodeField';
import { Password } from '@/shared/ui/Password';

interface Waiting {
  promise: Promise<boolean>;
  resolve: (proved: boolean) => void;
}

function makeWaiting(): Waiting {
  let resolve!: (proved: boolean) => void;
  const promise = new Promise<boolean>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/**
 * Asks who one is before a sensitive change. The call that was refused waits here and is then repeated, so a page
 * needs nothing of its own; giving up leaves the refusal.
 */
export function ProveAgain() {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const pending = useRef<Waiting | null>(null);
  useEffect(() => {
    onProofNeeded(() => {
      pending.current ??= makeWaiting();
      setOpened(true);
      return pending.current.promise;
    });
    return () => onProofNeeded(null);
  }, []);
  const settle = (proved: boolean): void => {
    pending.current?.resolve(proved);
    pending.current = null;
    setOpened(false);
  };
  return (
    <Modal opened={opened} onClose={() => settle(false)} zIndex={9000} title={t('common:proof.title')}>
      {opened && <Proof onDone={settle} />}
    </Modal>
  );
}

const FIELDS = ['password', 'code'] as const;

function Proof({ onDone }: { onDone: (proved: boolean) => void }) {
  const t = useText();
  const user = useUser();
  const queryClient = useQueryClient();
  const required = (value: string) => (value.trim() ? null : t('errors:field.required'));
  const form = useForm({
    initialValues: { password: '', code: '' },
    validate: { password: required, code: (value) => (user.two_factor ? required(value) : null) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ password, code }) => {
    const typed = { password, code: code.trim() || null };
    storeSession(queryClient, await body(sessionApi.POST('/api/session/reauthenticate', { body: typed })));
    onDone(true);
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <Text c="dimmed">{t('common:proof.text')}</Text>
        <FormSummary message={summary} />
        <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
        <Password
          label={t('common:expired.password', { email: user.email })}
          autoComplete="current-password"
          data-autofocus
          {...form.getInputProps('password')}
        />
        {user.two_factor && <CodeField {...form.getInputProps('code')} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => onDone(false)}>
            {t('common:action.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('common:proof.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
