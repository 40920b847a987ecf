import { useState } from 'react';
import { Alert, Anchor, Button, CloseButton, Group, Modal, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { ApiProblem } from '@/api/problem';
import type { BatchPreview } from '@/api/types';
import { errorMessage, fieldMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { useWorkspace } from '@/shared/workspace/workspace';
import { FieldEditor } from '../editors/FieldEditor';
import { fieldLabel } from '../model/labels';
import { fieldOf } from '../model/record';
import type { Display } from '../values/display';
import { asked, previewQuery, type Chosen } from './data';
import { BLANK, changeOf, editable, missingReasons, modesOf, type Part } from './edit';
import { LeftList } from './LeftList';
import { useBulk } from './useBulk';
import { countOf } from './words';

interface Props {
  display: Display;
  chosen: Chosen;
  /** How many are chosen, as far as is known. */
  count: number;
  fullScreen: boolean;
  hrefOf: (id: string) => string;
  onClose: () => void;
  onStarted: () => void;
}

/** Change some fields of many records: first what would become of them, then the change. */
export function BulkEditDialog({ fullScreen, onClose, ...props }: Props) {
  const { display, count } = props;
  const t = useText('bulk', 'records');
  const what = countOf(t, display.format, display.object.name, count);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('bulk:edit.title', { what })}
      size="lg"
      fullScreen={fullScreen}
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <Parts {...props} onClose={onClose} />
    </Modal>
  );
}

function Parts({ display, chosen, count, hrefOf, onClose, onStarted }: Omit<Props, 'fullScreen'>) {
  const t = useText('bulk', 'records');
  const { object, format } = display;
  const [parts, setParts] = useState<Part[]>([BLANK]);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const bulk = useBulk();
  const reasons = missingReasons(object, parts);
  const shown = [...parts, ...reasons.map(({ name }): Part => ({ field: name, mode: 'set', value: null }))];
  const change = changeOf(object, parts);
  const [settled] = useDebouncedValue(change, 350);
  const input = settled && asked(object.name, 'update', chosen, settled);
  const preview = useQuery({ ...previewQuery(useWorkspace(), input ?? asked(object.name, 'update', chosen)), enabled: input !== null });
  const put = (at: number, part: Part): void => {
    setRefusal(null);
    setParts((before) => (at < before.length ? before.with(at, part) : [...before, part]));
  };
  const submit = async (): Promise<void> => {
    if (!change || busy) return;
    setBusy(true);
    try {
      await bulk.start(asked(object.name, 'update', chosen, change));
      onStarted();
    } catch (error) {
      setRefusal(said(t, error));
      setBusy(false);
    }
  };
  const fault = refusal ?? (input && preview.error ? said(t, preview.error) : null);
  const found = preview.data?.count.value ?? count;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Stack gap="md">
        {shown.map((part, at) => (
          <PartRow
            // A part keeps its place; what is typed in it belongs to its field.
            key={`${at}-${part.field ?? ''}`}
            display={display}
            part={part}
            taken={shown.flatMap(({ field }, other) => (other === at ? [] : (field ?? [])))}
            onChange={(next) => put(at, next)}
            onRemove={parts.length > 1 && at < parts.length ? () => setParts(parts.toSpliced(at, 1)) : null}
          />
        ))}
        {parts.every(({ field }) => field !== null) && (
          <Anchor component="button" type="button" size="sm" ta="left" onClick={() => setParts([...parts, BLANK])}>
            {t('bulk:edit.another')}
          </Anchor>
        )}
        {fault && (
          <Alert color="red" role="alert">
            {fault}
          </Alert>
        )}
        {input && preview.data && !fault && (
          <Stack gap={6} role="status">
            <Text size="sm">{forecast(t, format, preview.data)}</Text>
            {preview.data.left.length > 0 && (
              <>
                <Text size="sm" fw={500}>
                  {t('bulk:edit.left', { count: preview.data.left.length, shown: format.number(preview.data.left.length) })}
                </Text>
                <LeftList display={display} left={preview.data.left.slice(0, 5)} hrefOf={hrefOf} />
              </>
            )}
          </Stack>
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common:action.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={change === null}>
            {t('bulk:edit.submit', { what: countOf(t, format, object.name, found) })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface PartProps {
  display: Display;
  part: Part;
  taken: string[];
  onChange: (part: Part) => void;
  onRemove: (() => void) | null;
}

function PartRow({ display, part, taken, onChange, onRemove }: PartProps) {
  const t = useText('bulk', 'records');
  const { object } = display;
  const field = part.field === null ? undefined : fieldOf(object, part.field);
  const modes = field ? modesOf(field) : [];
  return (
    <Stack gap={6}>
      <Group gap="xs" align="end" wrap="nowrap">
        <Select
          label={t('bulk:edit.field')}
          placeholder={t('bulk:edit.choose')}
          data={editable(object)
            .filter(({ name }) => !taken.includes(name))
            .map((each) => ({ value: each.name, label: fieldLabel(t, each) }))}
          value={part.field}
          onChange={(name) => {
            const chosen = name === null ? undefined : fieldOf(object, name);
            onChange({ field: name, mode: (chosen && modesOf(chosen)[0]) ?? 'set', value: null });
          }}
          searchable
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          flex={1}
        />
        {onRemove && <CloseButton size={36} aria-label={t('bulk:edit.remove')} onClick={onRemove} />}
      </Group>
      {field && modes.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={t('bulk:edit.mode')}
          data={modes.map((mode) => ({ value: mode, label: t(`bulk:mode.${mode}`) }))}
          value={part.mode}
          onChange={(mode) => onChange({ ...part, mode })}
          style={{ alignSelf: 'start' }}
        />
      )}
      {field && part.mode !== 'empty' && (
        <FieldEditor
          display={display}
          field={{ ...field, required: true }}
          label={fieldLabel(t, field)}
          bare
          value={part.value}
          onChange={(value) => onChange({ ...part, value })}
        />
      )}
    </Stack>
  );
}

/** What the first records tell of all of them. */
function forecast(t: ReturnType<typeof useText>, format: Display['format'], preview: BatchPreview): string {
  const { looked_at, count, changed, unchanged } = preview;
  const words = { changed: format.number(changed), unchanged: format.number(unchanged), shown: format.number(looked_at) };
  if (looked_at < count.value) return t(unchanged > 0 ? 'bulk:edit.forecast_first' : 'bulk:edit.forecast_first_all', words);
  return t(unchanged > 0 ? 'bulk:edit.forecast' : 'bulk:edit.forecast_all', words);
}

function said(t: ReturnType<typeof useText>, error: unknown): string {
  if (error instanceof ApiProblem && error.errors.length > 0) return error.errors.map((each) => fieldMessage(t, each)).join(' ');
  return errorMessage(t, error);
}
