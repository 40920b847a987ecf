import { Progress, Stack, Text } from '@mantine/core';

/** Work whose length is not known: a moving bar and what is being done. */
export function Working({ label }: { label: string }) {
  return (
    <Stack gap="sm" role="status">
      <Progress value={100} animated striped size="sm" aria-label={label} />
      <Text c="dimmed">{label}</Text>
    </Stack>
  );
}
