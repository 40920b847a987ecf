import { Group, Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useText } from '@/shared/i18n/text';

function Announced({ children }: { children: React.ReactNode }) {
  const t = useText();
  return (
    <div role="status">
      <VisuallyHidden>{t('common:state.loading')}</VisuallyHidden>
      <div aria-hidden>{children}</div>
    </div>
  );
}

/** Rows of a table that is on its way. */
export function RowsSkeleton({ rows = 12 }: { rows?: number }) {
  return (
    <Announced>
      <Stack gap={0} px="var(--page-gutter)">
        {Array.from({ length: rows }, (_, index) => (
          <Group key={index} h="var(--row-height)" gap="xl" wrap="nowrap">
            <Skeleton h={10} w={`${18 + ((index * 7) % 12)}%`} />
            <Skeleton h={10} w={`${12 + ((index * 5) % 9)}%`} />
            <Skeleton h={10} w={`${14 + ((index * 3) % 14)}%`} visibleFrom="sm" />
            <Skeleton h={10} w="8%" visibleFrom="sm" />
          </Group>
        ))}
      </Stack>
    </Announced>
  );
}

/** A page that is on its way: title and lines. */
export function PageSkeleton() {
  return (
    <Announced>
      <Stack gap="md" p="var(--page-gutter)" pt={18}>
        <Skeleton h={18} w={160} />
        <Skeleton h={10} w="60%" />
        <Skeleton h={10} w="72%" />
        <Skeleton h={10} w="48%" />
      </Stack>
    </Announced>
  );
}

/** Label and field pairs of a form or a panel. */
export function FieldsSkeleton({ fields = 6 }: { fields?: number }) {
  return (
    <Announced>
      <Stack gap="md">
        {Array.from({ length: fields }, (_, index) => (
          <Stack key={index} gap={6}>
            <Skeleton h={8} w={90} />
            <Skeleton h={32} />
          </Stack>
        ))}
      </Stack>
    </Announced>
  );
}
