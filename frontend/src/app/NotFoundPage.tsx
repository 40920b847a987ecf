import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { usePageTitle } from '@/shared/hooks/usePageTitle';
import { useText } from '@/shared/i18n/text';
import { EmptyState } from '@/shared/ui/EmptyState';
import { PublicLayout } from '@/shared/ui/PublicLayout';

function HomeButton() {
  const t = useText();
  return (
    <Button component={Link} to="/" variant="default">
      {t('common:not_found.home')}
    </Button>
  );
}

/** Inside a workspace: no such page or record, or not for this person; the two are not told apart. */
export function NotFoundPage() {
  const t = useText();
  usePageTitle(t('common:not_found.title'));
  return (
    <EmptyState icon={IconMapQuestion} title={t('common:not_found.title')} text={t('common:not_found.text')} titleOrder={1}>
      <HomeButton />
    </EmptyState>
  );
}

/** Outside of any workspace. */
export function PublicNotFoundPage() {
  const t = useText();
  return (
    <PublicLayout title={t('common:not_found.title')} lead={t('common:not_found.text')}>
      <HomeButton />
    </PublicLayout>
  );
}
