import { ActionIcon, ScrollArea, Text, Tooltip } from '@mantine/core';
import { IconSettings } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useText } from '@/shared/i18n/text';
import { LinkButton } from '@/shared/ui/LinkButton';
import { useWorkspace } from '@/shared/workspace/workspace';
import { MarkAllRead } from './MarkAllRead';
import { NotificationList } from './NotificationList';
import classes from './BellPanel.module.css';

/** What opens under the bell. */
export function BellPanel({ onClose }: { onClose: () => void }) {
  const t = useText('notifications');
  const { slug } = useWorkspace();
  return (
    <>
      <div className={classes.head}>
        <Text fw={600}>{t('notifications:title')}</Text>
        <div className={classes.tools}>
          <MarkAllRead />
          <Tooltip label={t('notifications:choose')}>
            <ActionIcon
              component={Link}
              to={`/w/${slug}/settings/notifications`}
              variant="subtle"
              color="gray"
              size={28}
              aria-label={t('notifications:choose')}
              onClick={onClose}
            >
              <IconSettings size={18} stroke={1.5} />
            </ActionIcon>
          </Tooltip>
        </div>
      </div>
      <ScrollArea.Autosize mah="min(60vh, 520px)" type="auto">
        <NotificationList onOpened={onClose} />
      </ScrollArea.Autosize>
      <div className={classes.foot}>
        <LinkButton
          to="/w/$slug/notifications"
          params={{ slug }}
          variant="subtle"
          color="gray"
          size="compact-md"
          fullWidth
          onClick={onClose}
        >
          {t('notifications:see_all')}
        </LinkButton>
      </div>
    </>
  );
}
