import { ActionIcon, Button, Group, Select, Stack } from '@mantine/core';
import { IconFolderPlus, IconPlus, IconX } from '@tabler/icons-react';
import type { Display } from '../values/display';
import { BuilderLeaf } from './BuilderLeaf';
import { isGroup, newGroup, newLeaf, type Draft, type GroupDraft } from './draft';
import classes from './builder.module.css';

interface Props {
  display: Display;
  draft: GroupDraft;
  depth: number;
  onChange: (draft: GroupDraft) => void;
  /** None for the outermost group. */
  onRemove: (() => void) | null;
}

const DEEPEST = 3;

/** Conditions and groups of which all, any or none must hold. */
export function BuilderGroup({ display, draft, depth, onChange, onRemove }: Props) {
  const { t } = display;
  const replace = (index: number, part: Draft): void => onChange({ ...draft, parts: draft.parts.with(index, part) });
  const remove = (index: number): void => onChange({ ...draft, parts: draft.parts.filter((_, at) => at !== index) });
  const add = (part: Draft): void => onChange({ ...draft, parts: [...draft.parts, part] });
  return (
    <Stack gap="xs" className={depth > 0 ? classes.group : undefined} role="group" aria-label={t('records:builder.kind')}>
      <Group gap="xs" wrap="nowrap">
        <Select
          className={classes.kind}
          aria-label={t('records:builder.kind')}
          data={(['all', 'any', 'none'] as const).map((kind) => ({ value: kind, label: t(`records:builder.${kind}`) }))}
          value={draft.kind}
          allowDeselect={false}
          onChange={(kind) => kind && onChange({ ...draft, kind: kind })}
        />
        {onRemove && (
          <ActionIcon variant="subtle" color="gray" aria-label={t('records:builder.remove_group')} onClick={onRemove}>
            <IconX size={16} stroke={1.5} />
          </ActionIcon>
        )}
      </Group>
      {draft.parts.map((part, index) =>
        isGroup(part) ? (
          <BuilderGroup
            key={part.key}
            display={display}
            draft={part}
            depth={depth + 1}
            onChange={(next) => replace(index, next)}
            onRemove={() => remove(index)}
          />
        ) : (
          <BuilderLeaf
            key={part.key}
            display={display}
            leaf={part.leaf}
            onChange={(leaf) => replace(index, { ...part, leaf })}
            onRemove={() => remove(index)}
          />
        ),
      )}
      <Group gap="xs">
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={16} stroke={1.5} />}
          onClick={() => add(newLeaf())}
        >
          {t('records:builder.add_condition')}
        </Button>
        {depth < DEEPEST && (
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconFolderPlus size={16} stroke={1.5} />}
            onClick={() => add(newGroup(draft.kind === 'any' ? 'all' : 'any', [newLeaf()]))}
          >
            {t('records:builder.add_group')}
          </Button>
        )}
      </Group>
    </Stack>
  );
}
