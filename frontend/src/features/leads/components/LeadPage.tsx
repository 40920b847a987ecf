import { getRouteApi } from '@tanstack/react-router';
import { RecordPage } from '@/shared/records/detail/RecordPage';
import { useText } from '@/shared/i18n/text';
import { leadConfig } from '../config';

const route = getRouteApi('/w/$slug/leads/$leadId');

export function LeadPage() {
  useText('leads', 'records');
  const { leadId } = route.useParams();
  return <RecordPage key={leadId} config={leadConfig} id={leadId} />;
}
