import type { ReactNode } from 'react';
import { Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';

interface Props {
  icon: Icon;
  title: string;
  /** What goes here. */
  text: string;
  /** The two most likely steps. */
  children?: ReactNode;
}

/** Nothing here yet, or nothing that matches. */
export function EmptyState({ icon: StateIcon, title, text, children }: Props) {
  return (
    <Stack align="center" gap="xs" py={64} px="md" ta="center">
      <ThemeIcon size={44} radius="xl" variant="light" color="gray" aria-hidden>
        <StateIcon size={22} stroke={1.5} />
      </ThemeIcon>
      <Title order={2} size="h5">
        {title}
      </Title>
      <Text c="dimmed" maw={440}>
        {text}
      </Text>
      {children && (
        <Group justify="center" gap="xs" mt="xs">
          {children}
        </Group>
      )}
    </Stack>
  );
}
