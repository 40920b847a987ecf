import { Group, Kbd, Modal, Table } from '@mantine/core';
import type { Entries } from './entries';
import { modifierKey } from './platform';

interface Props {
  entries: Entries;
  opened: boolean;
  onClose: () => void;
  /** After the dialog has gone. */
  onClosed: () => void;
}

/** Every key there is, for `?`. */
export default function KeyList({ entries, opened, onClose, onClosed }: Props) {
  const { t, nav, create, keys } = entries;
  const rows: { keys: string[]; label: string }[] = [
    { keys: [modifierKey(), 'K'], label: t('common:keys.palette') },
    ...(create[0] ? [{ keys: ['C'], label: create[0].label(t) }] : []),
    { keys: ['/'], label: t('common:keys.filter') },
    ...nav.map((entry) => ({ keys: ['G', entry.key.toUpperCase()], label: t('common:keys.go', { page: entry.label(t) }) })),
    ...keys.map((key) => ({ keys: key.keys, label: key.label(t) })),
    { keys: [modifierKey(), 'Enter'], label: t('common:keys.submit') },
    { keys: ['Esc'], label: t('common:keys.close') },
    { keys: ['?'], label: t('common:keys.title') },
  ];
  return (
    <Modal opened={opened} onClose={onClose} onExitTransitionEnd={onClosed} title={t('common:keys.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <Table verticalSpacing={6} withRowBorders={false}>
        <Table.Tbody>
          {rows.map(({ keys: pressed, label }) => (
            <Table.Tr key={`${pressed.join()} ${label}`}>
              <Table.Th fw={400} scope="row">
                {label}
              </Table.Th>
              <Table.Td>
                <Group gap={4} justify="flex-end" wrap="nowrap">
                  {pressed.map((name) => (
                    <Kbd key={name}>{name}</Kbd>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
