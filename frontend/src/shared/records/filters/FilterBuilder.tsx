import { useState } from 'react';
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useWorkspace } from '@/shared/workspace/workspace';
import { recordsApi } from '../data/api';
import type { Node } from '../model/filters';
import type { Display } from '../values/display';
import { BuilderGroup } from './BuilderGroup';
import { draftOf, filterOf, isReady, newLeaf, type GroupDraft } from './draft';

interface Props {
  display: Display;
  parts: Node[];
  fullScreen: boolean;
  onChange: (parts: Node[]) => void;
  onClose: () => void;
}

const PAUSE_MS = 350;

function startOf(parts: Node[]): GroupDraft {
  const draft = draftOf(parts);
  return draft.parts.length > 0 ? draft : { ...draft, parts: [newLeaf()] };
}

/** Conditions in groups, with how many records they leave. */
export function FilterBuilder({ display, parts, fullScreen, onChange, onClose }: Props) {
  const { t } = display;
  const [draft, setDraft] = useState(() => startOf(parts));
  const ready = isReady(draft);
  const filter = filterOf(draft);
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      fullScreen={fullScreen}
      title={t('records:builder.title')}
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          event.stopPropagation();
          if (ready) onChange(filter?.all ?? []);
        }}
      >
        <Stack gap="md">
          <BuilderGroup display={display} draft={draft} depth={0} onChange={setDraft} onRemove={null} />
          <Group justify="space-between" gap="xs">
            <Text size="sm" c="dimmed" role="status">
              {ready ? <LiveCount display={display} filter={JSON.stringify(filter ?? null)} /> : t('records:builder.incomplete')}
            </Text>
            <Group gap="xs">
              <Button variant="default" onClick={onClose}>
                {t('common:action.cancel')}
              </Button>
              <Button type="submit" disabled={!ready}>
                {t('records:builder.apply')}
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** How many records there would be; beyond a bound about how many. */
function LiveCount({ display, filter }: { display: Display; filter: string }) {
  const { t, object, format } = display;
  const workspace = useWorkspace();
  const [asked] = useDebouncedValue(filter, PAUSE_MS);
  const { data, isError } = useQuery({
    queryKey: workspace.key(object.plural, 'count', asked),
    queryFn: ({ signal }) =>
      recordsApi(workspace, object).list(
        { limit: 1, count: 1, fields: 'id', ...(asked === 'null' ? {} : { filter: asked }) },
        signal,
      ),
    retry: false,
  });
  if (isError) return null;
  if (!data?.count || asked !== filter) return t('records:builder.counting');
  const { value, exact } = data.count;
  const shown = format.number(value);
  return exact ? t('records:builder.count', { count: value, shown }) : t('records:builder.about', { shown });
}
