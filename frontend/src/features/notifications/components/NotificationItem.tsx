import { createElement } from 'react';
import { VisuallyHidden } from '@mantine/core';
import {
  IconArrowsExchange,
  IconAt,
  IconBell,
  IconCircleCheck,
  IconHourglass,
  IconMessage,
  IconPencil,
  IconUserCheck,
  type Icon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Notification } from '@/api/types';
import { RelativeTime, useFormat } from '@/shared/format/useFormat';
import { useText } from '@/shared/i18n/text';
import { useTarget } from '../useTarget';
import { detailOf, sentenceOf } from '../words';
import classes from './NotificationList.module.css';

const ICONS: Record<string, Icon> = {
  mentioned: IconAt,
  handed_over: IconArrowsExchange,
  assigned: IconUserCheck,
  commented: IconMessage,
  changed: IconPencil,
  finished: IconCircleCheck,
  retention: IconHourglass,
};

/** One notification; it leads to what it tells of. */
export function NotificationItem({ each, onOpen }: { each: Notification; onOpen: () => void }) {
  const t = useText('notifications', 'records');
  const target = useTarget();
  const unread = each.read_at === null;
  const detail = detailOf(t, each, useFormat());
  return (
    <Link to={target(each)} className={classes.item} data-unread={unread || undefined} onClick={onOpen}>
      {createElement(ICONS[each.kind] ?? IconBell, { size: 18, stroke: 1.5, className: classes.icon, 'aria-hidden': true })}
      <span>
        {unread && <VisuallyHidden>{t('notifications:unread')} </VisuallyHidden>}
        <span className={classes.sentence}>{sentenceOf(t, each)}</span>
        {detail !== null && <span className={classes.detail}>{detail}</span>}
        <span className={classes.time}>
          <RelativeTime instant={each.created_at} />
        </span>
      </span>
      {unread && <span className={classes.dot} aria-hidden />}
    </Link>
  );
}
