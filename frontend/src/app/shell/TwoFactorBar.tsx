import { IconShieldLock } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { useUser } from '@/shared/session/session';
import { TextLink } from '@/shared/ui/LinkButton';
import { meQuery, useWorkspace } from '@/shared/workspace/workspace';
import classes from './OfflineBar.module.css';

/** In the days of grace: from when on the workspace asks for two-factor sign-in, and the way to it. */
export function TwoFactorBar() {
  const t = useText('security');
  const format = useFormat();
  const workspace = useWorkspace();
  const user = useUser();
  const from = useQuery(meQuery(workspace)).data?.two_factor_from;
  if (!from || user.two_factor) return null;
  return (
    <div className={classes.bar} role="status">
      <IconShieldLock size={16} aria-hidden />
      <span>
        {t('security:gate.soon', { date: format.dateTime(from) })}{' '}
        <TextLink to="/w/$slug/settings/security" params={{ slug: workspace.slug }} c="inherit" underline="always">
          {t('security:two_factor.set_up')}
        </TextLink>
      </span>
    </div>
  );
}
