import { useState } from 'react';
import { Alert, Button, Checkbox, CloseButton, Group, Modal, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import type { ObjectType, Role, RoleRights } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { textOr, useText } from '@/shared/i18n/text';
import { fieldLabel } from '@/shared/records/model/labels';
import { toast } from '@/shared/ui/toast';
import { roleLabel } from '@/shared/workspace/roles';
import { useObjects } from '@/shared/workspace/workspace';
import { useSaveRole } from '../api/queries';
import { ACTIONS, LEVELS, POWERS, summary } from '../texts';

export interface Editing {
  /** The role to change; null: a new one. */
  role: Role | null;
  /** The role it is, or starts as. */
  of: Role;
  /** Only to look at. */
  view: boolean;
}

interface Props extends Editing {
  onClose: () => void;
}

/** A role as a matrix: for each record type how far each action reaches, the limited fields, and powers. */
export function RoleEditor({ role, of, view, onClose }: Props) {
  const t = useText('rights', 'records', 'leads');
  const objects = useObjects();
  const save = useSaveRole();
  const [label, setLabel] = useState(role || view ? roleLabel(t, of.key, of.label) : t('rights:roles.copy_of', { name: roleLabel(t, of.key, of.label) }));
  const [rights, setRights] = useState<RoleRights>(of.rights);
  const submit = (): void => {
    save.mutate(
      { role, copyOf: of, label, rights },
      {
        onSuccess: () => {
          toast(t('rights:roles.saved'));
          onClose();
        },
      },
    );
  };
  return (
    <Modal opened onClose={onClose} title={label} size="xl">
      <Stack gap="md">
        {save.error && (
          <Alert color="red" variant="light">
            {errorMessage(t, save.error)}
          </Alert>
        )}
        {!view && (
          <TextInput
            label={t('rights:roles.name')}
            value={label}
            maxLength={60}
            onChange={(event) => setLabel(event.currentTarget.value)}
            data-autofocus
          />
        )}
        {objects.map((object) => (
          <OfType key={object.name} object={object} rights={rights} view={view} onChange={setRights} />
        ))}
        <section>
          <Title order={3} size="h6" mb={8}>
            {t('rights:roles.powers')}
          </Title>
          <Stack gap={8}>
            {POWERS.map((power) => (
              <Checkbox
                key={power}
                label={textOr(t, `rights:power.${power}`, power)}
                checked={rights.powers.includes(power)}
                disabled={view}
                onChange={(event) =>
                  setRights({
                    ...rights,
                    powers: POWERS.filter((each) =>
                      each === power ? event.currentTarget.checked : rights.powers.includes(each),
                    ),
                  })
                }
              />
            ))}
          </Stack>
        </section>
        {!view && (
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('common:action.cancel')}
            </Button>
            <Button onClick={submit} loading={save.isPending} disabled={label.trim() === ''}>
              {t('rights:roles.save')}
            </Button>
          </Group>
        )}
      </Stack>
    </Modal>
  );
}

interface TypeProps {
  object: ObjectType;
  rights: RoleRights;
  view: boolean;
  onChange: (rights: RoleRights) => void;
}

function OfType({ object, rights, view, onChange }: TypeProps) {
  const t = useText('rights', 'records', 'leads');
  const name = textOr(t, `${object.plural}:title`, object.plural);
  const levels = rights.types[object.name];
  const limited = rights.fields[object.name] ?? {};
  const setFields = (fields: typeof limited): void =>
    onChange({ ...rights, fields: { ...rights.fields, [object.name]: fields } });
  if (!levels) return null;
  const free = object.fields.filter((field) => !(field.name in limited));
  return (
    <section>
      <Title order={3} size="h6">
        {name}
      </Title>
      <Text size="sm" c="dimmed" mb={8}>
        {summary(t, rights, object.name, name)}
      </Text>
      <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm">
        {ACTIONS.map((action) => (
          <Select
            key={action}
            label={textOr(t, `rights:action.${action}`, action)}
            aria-label={t('rights:roles.of_type', { action: textOr(t, `rights:action.${action}`, action), type: name })}
            data={LEVELS[action].map((level) => ({ value: level, label: textOr(t, `rights:level.${level}`, level) }))}
            value={levels[action]}
            allowDeselect={false}
            disabled={view}
            onChange={(level) =>
              level &&
              onChange({
                ...rights,
                types: { ...rights.types, [object.name]: { ...levels, [action]: level } },
              })
            }
          />
        ))}
      </SimpleGrid>
      <Title order={4} size="sm" mt="md">
        {t('rights:roles.fields')}
      </Title>
      <Text size="sm" c="dimmed" mb={8}>
        {t('rights:roles.fields_lead')}
      </Text>
      <Stack gap={6}>
        {object.fields
          .filter((field) => field.name in limited)
          .map((field) => (
            <Group key={field.name} gap="xs" wrap="nowrap">
              <Text size="sm" style={{ flex: '1 1 0' }}>
                {fieldLabel(t, field)}
              </Text>
              <Select
                aria-label={fieldLabel(t, field)}
                data={[
                  { value: 'hidden', label: t('rights:field.hidden') },
                  { value: 'read_only', label: t('rights:field.read_only') },
                ]}
                value={limited[field.name] ?? 'hidden'}
                allowDeselect={false}
                disabled={view}
                w={140}
                onChange={(access) => access && setFields({ ...limited, [field.name]: access })}
              />
              {!view && (
                <CloseButton
                  aria-label={`${t('rights:field.writable')}: ${fieldLabel(t, field)}`}
                  onClick={() => setFields(Object.fromEntries(Object.entries(limited).filter(([each]) => each !== field.name)))}
                />
              )}
            </Group>
          ))}
        {!view && (
          <Select
            aria-label={t('rights:roles.add_field')}
            placeholder={t('rights:roles.add_field')}
            data={free.map((field) => ({ value: field.name, label: fieldLabel(t, field) }))}
            value={null}
            searchable
            maw={320}
            onChange={(field) => field && setFields({ ...limited, [field]: 'hidden' })}
          />
        )}
      </Stack>
    </section>
  );
}
