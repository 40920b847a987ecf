import { Anchor, Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { errorMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { PublicLayout } from '@/shared/ui/PublicLayout';

export type Reason = 'missing' | 'invalid' | 'expired' | 'used' | 'revoked';

interface Props {
  reason: Reason | 'trouble';
  /** Of `trouble`: what happened. */
  error?: unknown;
  onRetry?: () => void;
}

/** The link of an invitation does not open anything: why, and the way on. */
export function InvitationFailed({ reason, error, onRetry }: Props) {
  const t = useText('joining');
  return (
    <PublicLayout
      title={t(`joining:failed.${reason}_title`)}
      lead={reason === 'trouble' ? errorMessage(t, error) : t(`joining:failed.${reason}_lead`)}
      footer={
        <Anchor component={Link} to="/sign-in">
          {t('joining:failed.to_sign_in')}
        </Anchor>
      }
    >
      {onRetry && <Button onClick={onRetry}>{t('common:action.try_again')}</Button>}
    </PublicLayout>
  );
}
