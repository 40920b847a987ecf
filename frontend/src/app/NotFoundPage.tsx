import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { usePageTitle } from '@/shared/hooks/usePageTitle';
import { useText } from '@/shared/i18n/text';
import { EmptyState } from '@/shared/ui/EmptyState';

/** No such page, or not for this person: the two are not told apart. */
export function NotFoundPage() {
  const t = useText();
  usePageTitle(t('common:not_found.title'));
  return (
    <EmptyState icon={IconMapQuestion} title={t('common:not_found.title')} text={t('common:not_found.text')}>
      <Button component={Link} to="/" variant="default">
        {t('common:not_found.home')}
      </Button>
    </EmptyState>
  );
}
