import { Screen } from '@/shared/ui/Screen';
import { useText } from '@/shared/i18n/text';
import { FileDrop } from './FileDrop';

export function NewImportPage() {
  const t = useText('imports');
  return (
    <Screen title={t('imports:new.title')}>
      <FileDrop />
    </Screen>
  );
}
