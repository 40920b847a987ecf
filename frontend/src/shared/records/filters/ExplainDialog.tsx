import { Alert, Group, Modal, Stack, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Explanation } from '@/api/types';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FieldsSkeleton } from '@/shared/ui/Skeletons';
import { useWorkspace } from '@/shared/workspace/workspace';
import { recordsApi } from '../data/api';
import { isLeaf, partsOf, type Filter, type Node } from '../model/filters';
import { fieldOf, type RecordData } from '../model/record';
import type { Display } from '../values/display';
import { valueText } from '../values/text';
import { leafText } from './leafText';
import classes from './builder.module.css';

interface Props {
  display: Display;
  record: RecordData;
  filter: Filter;
  /** What the conditions decide; without it, whether the record is in the list. */
  about?: { title: string; holds: string; holdsNot: string };
  onClose: () => void;
}

/** Why a record is, or is no longer, in the list: every condition with what the record has there. */
export function ExplainDialog({ display, record, filter, about, onClose }: Props) {
  const { t, object } = display;
  const name = record.display_name;
  const words = about ?? {
    title: t('records:explain.title'),
    holds: t('records:explain.in', { name }),
    holdsNot: t('records:explain.out', { name }),
  };
  const workspace = useWorkspace();
  const { data, error, refetch } = useQuery({
    queryKey: workspace.key(object.plural, 'explain', record.id, record.version, filter),
    queryFn: ({ signal }) => recordsApi(workspace, object).explain(record.id, filter, signal),
    retry: false,
  });
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.title}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common:action.close') }}
    >
      {error && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!data && !error && <FieldsSkeleton />}
      {data && (
        <Stack gap="sm">
          <Alert color={data.holds ? 'green' : 'yellow'} variant="light">
            {data.holds ? words.holds : words.holdsNot}
          </Alert>
          <Told display={display} node={filter} told={data} />
        </Stack>
      )}
    </Modal>
  );
}

function Mark({ display, holds }: { display: Display; holds: boolean }) {
  const label = holds ? display.t('records:explain.holds') : display.t('records:explain.holds_not');
  return holds ? (
    <IconCheck size={18} className={classes.holds} role="img" aria-label={label} />
  ) : (
    <IconX size={18} className={classes.holdsNot} role="img" aria-label={label} />
  );
}

/** One place of the filter, and below it what it is made of. */
function Told({ display, node, told }: { display: Display; node: Node; told: Explanation }) {
  const { t, object } = display;
  if (isLeaf(node)) {
    const words = leafText(display, node);
    const field = fieldOf(object, node.field);
    const has = field ? valueText(display, field, told.value) : '';
    return (
      <Group gap={8} wrap="nowrap" align="start">
        <Mark display={display} holds={told.holds} />
        <div>
          <Text size="sm">
            <b>{words.field}</b> {words.operator} {words.value}
          </Text>
          <Text size="xs" c="dimmed">
            {has ? t('records:explain.has', { value: has }) : t('records:explain.empty')}
          </Text>
        </div>
      </Group>
    );
  }
  const kind = 'all' in node ? 'all' : 'any' in node ? 'any' : 'not';
  const below = told.all ?? told.any ?? (told.not ? [told.not] : []);
  return (
    <Stack gap={8}>
      <Group gap={8} wrap="nowrap">
        <Mark display={display} holds={told.holds} />
        <Text size="sm">{t(`records:explain.${kind}`)}</Text>
      </Group>
      <Stack gap={8} className={classes.group}>
        {partsOf(node).map((part, index) => {
          const each = below[index];
          return each && <Told key={each.pointer} display={display} node={part} told={each} />;
        })}
      </Stack>
    </Stack>
  );
}
