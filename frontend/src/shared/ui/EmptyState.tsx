import type { ReactNode } from 'react';
import { Group, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';

interface Props {
  icon: Icon;
  title: string;
  /** What goes here. */
  text: string;
  /** 1 when this is all there is on the page. */
  titleOrder?: 1 | 2;
  /** The two most likely steps. */
  children?: ReactNode;
}

/** Nothing here yet, or nothing that matches. */
export function EmptyState({ icon: StateIcon, title, text, titleOrder = 2, children }: Props) {
  return (
    <Stack align="center" gap="xs" py={64} px="md" ta="center">
      <ThemeIcon size={44} radius="xl" variant="light" color="gray" aria-hidden>
        <StateIcon size={22} stroke={1.5} />
      </ThemeIcon>
      <Title order={titleOrder} size="h5" tabIndex={-1} data-page-title={titleOrder === 1 || undefined}>
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
