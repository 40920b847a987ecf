import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';

function closeButtonProps(): { 'aria-label': string } {
  return { 'aria-label': i18next.t('common:action.close') };
}

/** A short confirmation. */
export function toast(message: string): void {
  notifications.show({ message, autoClose: 4000, closeButtonProps: closeButtonProps() });
}

/** Something failed and the person should know; stays longer. */
export function toastError(message: string): void {
  notifications.show({ message, color: 'red', autoClose: 8000, role: 'alert', closeButtonProps: closeButtonProps() });
}

/** "Lead deleted · Undo": the way to offer taking back instead of asking before. */
export function toastUndo(message: string, undoLabel: string, undo: () => void): void {
  const id = notifications.show({
    autoClose: 10_000,
    closeButtonProps: closeButtonProps(),
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" lineClamp={2}>
          {message}
        </Text>
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          {undoLabel}
        </Button>
      </Group>
    ),
  });
}
