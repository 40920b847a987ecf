import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { isProblem } from '@/api/problem';
import { useText } from '@/shared/i18n/text';
import { useSession } from '@/shared/session/session';
import { PublicLayout } from '@/shared/ui/PublicLayout';
import { offerQuery } from '../api/joining';
import { InvitationFailed, type Reason } from './InvitationFailed';
import { JoinAsNew } from './JoinAsNew';
import { JoinAsMe, JoinAsOther } from './JoinSignedIn';
import { Working } from './Working';

const route = getRouteApi('/invitation');
const REASONS: Record<string, Reason> = {
  link_expired: 'expired',
  link_used: 'used',
  link_unknown: 'invalid',
  invitation_revoked: 'revoked',
  validation_failed: 'invalid',
};

/** The link of an invitation: what it offers, and the way in for this browser. */
export function InvitationPage() {
  const t = useText('joining');
  const { token = '' } = route.useSearch();
  const { user } = useSession();
  const { data: offer, error, refetch } = useQuery({ ...offerQuery(token, user?.id ?? null), enabled: token !== '' });
  if (token === '') return <InvitationFailed reason="missing" />;
  const reason = isProblem(error) ? REASONS[error.code] : undefined;
  if (reason) return <InvitationFailed reason={reason} />;
  if (error) return <InvitationFailed reason="trouble" error={error} onRetry={() => void refetch()} />;
  if (!offer)
    return (
      <PublicLayout title={t('joining:checking_title')}>
        <Working label={t('joining:checking')} />
      </PublicLayout>
    );
  if (!user) return <JoinAsNew token={token} offer={offer} />;
  if (offer.for_me) return <JoinAsMe token={token} offer={offer} />;
  return <JoinAsOther offer={offer} mine={user.email} />;
}
