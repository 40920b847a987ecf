import { useRef, useState } from 'react';
import { Alert, Anchor, Button, Checkbox, Group, Kbd, Modal, Stack, Text } from '@mantine/core';
import { FormSummary } from '@/shared/forms/FormSummary';
import { useIsAssigned } from '@/shared/workspace/assignment';
import { FieldEditor } from '../editors/FieldEditor';
import { fieldHelp, fieldLabel } from '../model/labels';
import type { RecordConfig } from '../model/config';
import { fieldOf, type RecordData } from '../model/record';
import { allowedValues, isReason } from '../model/transitions';
import { isEmpty } from '../model/values';
import type { Display } from '../values/display';
import { DuplicateWarning } from './DuplicateWarning';
import { useDuplicates } from './useDuplicates';
import { neededFields, useCreateForm, type CreateForm } from './useCreateForm';

interface Props {
  display: Display;
  config: RecordConfig;
  fullScreen: boolean;
  hrefOf: (id: string) => string;
  onClose: () => void;
  onCreated: (record: RecordData) => void;
}

/** A new record: the sensible first fields, the others on demand. */
export function CreateDialog({ display, config, fullScreen, hrefOf, onClose, onCreated }: Props) {
  const { t } = display;
  return (
    <Modal
      opened
      onClose={onClose}
      title={config.words(t).create}
      size="lg"
      fullScreen={fullScreen}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <CreateFields display={display} config={config} fullScreen={fullScreen} hrefOf={hrefOf} onClose={onClose} onCreated={onCreated} />
    </Modal>
  );
}

function CreateFields({ display, config, hrefOf, onClose, onCreated }: Props) {
  const { t, object } = display;
  const form = useCreateForm(display, config, onCreated);
  const box = useRef<HTMLFormElement>(null);
  const others = object.fields.filter(({ name, read_only }) => !read_only && !config.createFields.includes(name));
  const needed = neededFields(object, form.values).map(({ name }) => name);
  const [all, setAll] = useState(() => others.some(({ name }) => !isEmpty(form.values[name])));
  const first = config.createFields.flatMap((name) => fieldOf(object, name) ?? []);
  const reasons = others.filter(({ name }) => needed.includes(name));
  const rest = others.filter(({ name }) => !isReason(object, name));
  const fields = [...first, ...reasons, ...(all ? rest : [])];
  const warnings = useDuplicates(object, form.values);
  const refused = form.refusedFor.length > 0;

  const isAssigned = useIsAssigned(object.name);
  const [byRules, setByRules] = useState(false);

  const submit = async (allowDuplicates = false): Promise<void> => {
    await form.submit({ allowDuplicates, byRules });
    requestAnimationFrame(() =>
      box.current?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')?.scrollIntoView({ block: 'nearest' }),
    );
  };
  return (
    // Ctrl/Cmd-Enter saves from any field of the form.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      ref={box}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void submit();
      }}
    >
      <Stack gap="sm" key={form.round}>
        {form.hasDraft && (
          <Group justify="space-between" gap="xs">
            <Text size="sm" c="dimmed">
              {t('records:create.draft')}
            </Text>
            <Anchor component="button" type="button" size="sm" onClick={form.discard}>
              {t('records:create.discard')}
            </Anchor>
          </Group>
        )}
        {refused ? (
          <Alert color="yellow" role="alert" title={form.faults.summary ?? undefined}>
            <DuplicateLinks display={display} form={form} hrefOf={hrefOf} />
          </Alert>
        ) : (
          <FormSummary message={form.faults.summary} />
        )}
        {!refused && <DuplicateWarning display={display} duplicates={warnings} hrefOf={hrefOf} />}
        {form.faults.summary === null && (
          <Text size="sm" c="dimmed">
            {config.words(t).identityRule}
          </Text>
        )}
        {fields.map((field) => {
          const fault = form.faults.fields[field.name];
          if (byRules && field.name === 'owner_id') return null;
          return (
            <FieldEditor
              key={field.name}
              display={display}
              field={field}
              label={fieldLabel(t, field)}
              value={form.values[field.name] ?? (field.name === config.status ? firstStatus(display, config) : null)}
              required={needed.includes(field.name)}
              help={fieldHelp(t, field)}
              error={fault?.message}
              itemErrors={fault?.items ?? {}}
              allowed={allowedValues(object, field, undefined)}
              onChange={(value) => form.set(field.name, value)}
            />
          );
        })}
        {isAssigned && (
          <Checkbox
            label={t('records:create.assign')}
            description={t('records:create.assign_help')}
            checked={byRules}
            onChange={(event) => setByRules(event.currentTarget.checked)}
          />
        )}
        {!all && (
          <Anchor component="button" type="button" size="sm" ta="left" onClick={() => setAll(true)}>
            {t('records:create.more_fields')}
          </Anchor>
        )}
        <Group justify="space-between" gap="xs" mt="xs">
          <Text size="xs" c="dimmed" visibleFrom="sm">
            <Kbd size="xs">Ctrl</Kbd> / <Kbd size="xs">⌘</Kbd> + <Kbd size="xs">Enter</Kbd>
          </Text>
          <Group gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            {refused ? (
              <Button loading={form.busy} onClick={() => void submit(true)}>
                {t('records:create.save_anyway')}
              </Button>
            ) : (
              <Button type="submit" loading={form.busy}>
                {t('common:action.save')}
              </Button>
            )}
          </Group>
        </Group>
      </Stack>
    </form>
  );
}

function DuplicateLinks({ display, form, hrefOf }: { display: Display; form: CreateForm; hrefOf: (id: string) => string }) {
  return (
    <Stack gap={4}>
      {form.refusedFor.map(({ id, display_name }) => (
        <Anchor key={id} href={hrefOf(id)} size="sm">
          {display.t('records:create.open_existing', { name: display_name })}
        </Anchor>
      ))}
    </Stack>
  );
}

/** What a new record is unless something else is chosen. */
function firstStatus({ object }: Display, { status }: RecordConfig): string | null {
  return Object.keys(object.transitions[status] ?? {})[0] ?? null;
}
