import { useState } from 'react';
import { Button, Group, List, Modal, Select, Stack, Text, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { toast } from '@/shared/ui/toast';
import { useMe, useWorkspace, useOwnRoles } from '@/shared/workspace/workspace';
import { addressesIn } from '../addresses';
import { usePeople } from '../api/queries';
import { roleOptions } from '../roles';

const FIELDS = ['emails', 'role'] as const;

export function InviteDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useText('people');
  return (
    <Modal opened={opened} onClose={onClose} title={t('people:invite.title')}>
      <Invite onClose={onClose} />
    </Modal>
  );
}

function Invite({ onClose }: { onClose: () => void }) {
  const t = useText('people');
  const own = useOwnRoles();
  const { member } = useMe();
  const { invite } = usePeople(useWorkspace());
  const [passedOver, setPassedOver] = useState<{ email: string; outcome: string }[]>([]);
  const form = useForm({
    initialValues: { emails: '', role: 'sales' },
    validate: { emails: (text) => (addressesIn(text).length > 0 ? null : t('errors:field.required')) },
  });
  const { onSubmit, busy, summary } = useFormSubmit(form, FIELDS, async ({ emails, role }) => {
    const { data } = await invite.mutateAsync({ emails: addressesIn(emails), role });
    const sent = data.filter(({ outcome }) => outcome === 'invited').length;
    const others = data.filter(({ outcome }) => outcome !== 'invited');
    if (sent > 0) toast(t('people:invite.sent', { count: sent }));
    setPassedOver(others);
    if (others.length === 0) onClose();
    else form.setFieldValue('emails', '');
  });
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <FormSummary message={summary} />
        {passedOver.length > 0 && (
          <div role="status">
            <Text>{t('people:invite.passed_over')}</Text>
            <List size="sm">
              {passedOver.map(({ email, outcome }) => (
                <List.Item key={email}>
                  {outcome === 'already_member'
                    ? t('people:invite.already_member', { email })
                    : t('people:invite.already_invited', { email })}
                </List.Item>
              ))}
            </List>
          </div>
        )}
        <Textarea
          label={t('people:invite.emails')}
          description={t('people:invite.emails_help')}
          autosize
          minRows={2}
          maxRows={8}
          data-autofocus
          inputMode="email"
          {...form.getInputProps('emails')}
        />
        <Select
          label={t('people:invite.role')}
          data={roleOptions(t, member.role, own)}
          allowDeselect={false}
          {...form.getInputProps('role')}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('people:invite.submit')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
