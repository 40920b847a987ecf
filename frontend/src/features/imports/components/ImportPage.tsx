import { useText } from '@/shared/i18n/text';
import { PageHeader } from '@/shared/ui/PageHeader';

export function ImportPage() {
  const t = useText('imports');
  return <PageHeader title={t('imports:nav.imports')} />;
}
