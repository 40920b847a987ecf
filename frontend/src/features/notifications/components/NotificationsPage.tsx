import { useState } from 'react';
import { SegmentedControl } from '@mantine/core';
import { useText } from '@/shared/i18n/text';
import { LinkButton } from '@/shared/ui/LinkButton';
import { PageHeader } from '@/shared/ui/PageHeader';
import { useWorkspace } from '@/shared/workspace/workspace';
import { MarkAllRead } from './MarkAllRead';
import { NotificationList } from './NotificationList';
import classes from './NotificationsPage.module.css';

/** Everything one was told, on a page of its own. */
export function NotificationsPage() {
  const t = useText('notifications');
  const { slug } = useWorkspace();
  const [show, setShow] = useState<'all' | 'unread'>('all');
  const unread = show === 'unread';
  return (
    <>
      <PageHeader title={t('notifications:title')}>
        <LinkButton to="/w/$slug/settings/notifications" params={{ slug }} variant="default" size="compact-md">
          {t('notifications:choose')}
        </LinkButton>
      </PageHeader>
      <div className={classes.column}>
        <div className={classes.tools}>
          <SegmentedControl
            size="xs"
            aria-label={t('notifications:show.label')}
            value={show}
            onChange={setShow}
            data={[
              { value: 'all', label: t('notifications:show.all') },
              { value: 'unread', label: t('notifications:show.unread') },
            ]}
          />
          <MarkAllRead unread={unread} />
        </div>
        <NotificationList unread={unread} />
      </div>
    </>
  );
}
