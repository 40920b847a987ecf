import { useNetwork } from '@mantine/hooks';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useText } from '@/shared/i18n/text';
import classes from './OfflineBar.module.css';

/** Says that the connection is away, and goes when it is back. */
export function OfflineBar() {
  const t = useText();
  const { online } = useNetwork();
  return (
    <div role="status">
      {!online && (
        <div className={classes.bar}>
          <IconPlugConnectedX size={16} aria-hidden />
          {t('common:state.offline_bar')}
        </div>
      )}
    </div>
  );
}
