import { Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { Explanation } from '@/api/types';
import { isLeaf, partsOf, type Node } from '../model/filters';
import { askedField } from '../model/record';
import type { Display } from '../values/display';
import { valueText } from '../values/text';
import { leafText } from './leafText';
import classes from './builder.module.css';

/** Whether something holds. */
export function Mark({ display, holds }: { display: Display; holds: boolean }) {
  const label = holds ? display.t('records:explain.holds') : display.t('records:explain.holds_not');
  return holds ? (
    <IconCheck size={18} className={classes.holds} role="img" aria-label={label} />
  ) : (
    <IconX size={18} className={classes.holdsNot} role="img" aria-label={label} />
  );
}

/** One place of the filter, and below it what it is made of. */
export function Told({ display, node, told }: { display: Display; node: Node; told: Explanation }) {
  const { t, object } = display;
  if (isLeaf(node)) {
    const words = leafText(display, node);
    const field = askedField(object, node.field);
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
