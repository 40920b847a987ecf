import { useText } from '@/shared/i18n/text';
import { PageHeader } from '@/shared/ui/PageHeader';

export function LeadsPage() {
  const t = useText('leads');
  return <PageHeader title={t('leads:nav.leads')} />;
}
