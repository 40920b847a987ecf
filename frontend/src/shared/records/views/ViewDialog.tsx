import { Button, Checkbox, Group, Modal, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { SavedView } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useFormSubmit } from '@/shared/forms/useFormSubmit';
import { useText } from '@/shared/i18n/text';
import { roleLabel, useRoles } from '@/shared/workspace/roles';
import { useMe } from '@/shared/workspace/workspace';
import './namespace';

/** What is said of a view beside what it shows. */
export type ViewForm = Pick<SavedView, 'name' | 'audience' | 'team_id' | 'default_for'>;

interface Props {
  title: string;
  initial: ViewForm;
  fullScreen: boolean;
  onSave: (values: ViewForm) => Promise<void>;
  onClose: () => void;
}

const FIELDS = ['name', 'audience', 'team_id', 'default_for'] as const;

/** Names a view and says who sees it and who begins with it. */
export function ViewDialog({ title, initial, fullScreen, onSave, onClose }: Props) {
  return (
    <Modal opened onClose={onClose} title={title} fullScreen={fullScreen}>
      <Fields initial={initial} onSave={onSave} onClose={onClose} />
    </Modal>
  );
}

function Fields({ initial, onSave, onClose }: Pick<Props, 'initial' | 'onSave' | 'onClose'>) {
  const t = useText('views');
  const { member, powers } = useMe();
  const mayShare = powers.includes('views');
  const roles = useRoles();
  const form = useForm<ViewForm>({
    initialValues: initial,
    validate: { name: (name) => (name.trim() === '' ? t('views:name_missing') : null) },
  });
  const { onSubmit, busy, summary } = useFormSubmit<ViewForm & Record<string, unknown>>(form, FIELDS, onSave);
  const isShared = form.values.audience === 'everyone';
  // A view for another team stays one, unless somebody says otherwise.
  const team = initial.team_id ?? member.team_id;
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack gap="md">
        <FormSummary message={summary} />
        <TextInput label={t('views:name')} maxLength={60} autoComplete="off" data-autofocus {...form.getInputProps('name')} />
        <Radio.Group
          label={t('views:audience')}
          {...(mayShare ? {} : { description: t('views:share_power') })}
          {...form.getInputProps('audience')}
          onChange={(audience) => {
            form.setFieldValue('audience', audience as SavedView['audience']);
            form.setFieldValue('team_id', audience === 'team' ? team : null);
            if (audience !== 'everyone') form.setFieldValue('default_for', []);
          }}
        >
          <Stack gap={8} mt={6}>
            <Radio value="private" label={t('views:private')} />
            {team !== null && <Radio value="team" label={team === member.team_id ? t('views:team') : t('views:other_team')} />}
            <Radio value="everyone" label={t('views:everyone')} disabled={!mayShare && !isShared} />
          </Stack>
        </Radio.Group>
        {isShared && mayShare && (
          <Checkbox.Group
            label={t('views:opens_for')}
            description={t('views:opens_for_help')}
            {...form.getInputProps('default_for')}
          >
            <Group gap="sm" mt={8}>
              {roles.map(({ key, label }) => (
                <Checkbox key={key} value={key} label={roleLabel(t, key, label)} />
              ))}
            </Group>
          </Checkbox.Group>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('common:action.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
