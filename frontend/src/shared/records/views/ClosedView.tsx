import { Button } from '@mantine/core';
import { IconEyeOff } from '@tabler/icons-react';
import { useText } from '@/shared/i18n/text';
import { EmptyState } from '@/shared/ui/EmptyState';
import './namespace';

/** In place of a list whose view asks about what this person may not see: without that part it would show more. */
export function ClosedView({ onLeave }: { onLeave: () => void }) {
  const t = useText('views');
  return (
    <EmptyState icon={IconEyeOff} title={t('views:closed_title')} text={t('views:closed_text')}>
      <Button variant="default" onClick={onLeave}>
        {t('views:show_all')}
      </Button>
    </EmptyState>
  );
}
