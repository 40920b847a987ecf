import { lazy, Suspense, useEffect, useState } from 'react';
import { ActionIcon, Indicator, Popover } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useText } from '@/shared/i18n/text';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { useIsPhone } from '@/shared/ui/useIsPhone';
import { useWorkspace } from '@/shared/workspace/workspace';
import { unreadQuery } from '../api/queries';
import '../feature';

const BellPanel = lazy(async () => ({ default: (await import('./BellPanel')).BellPanel }));
const MOST = 99;

/** How many are unread; opens the list of them, a page on a phone. */
export function Bell() {
  const t = useText('notifications');
  const workspace = useWorkspace();
  const client = useQueryClient();
  const [opened, setOpened] = useState(false);
  const phone = useIsPhone();
  const { data } = useQuery(unreadQuery(client, workspace));
  const count = data?.unread ?? 0;
  const newest = data?.newest ?? null;
  useEffect(() => {
    if (newest !== null) void client.invalidateQueries({ queryKey: workspace.key('notifications', 'list') });
  }, [client, workspace, newest]);
  const label = count === 0 ? t('notifications:title') : t('notifications:bell', { count });
  const shown = count > MOST ? `${MOST}+` : count;
  const icon = (
    <Indicator label={shown} size={16} offset={2} disabled={count === 0} color="red" aria-hidden>
      <IconBell size={20} stroke={1.5} />
    </Indicator>
  );
  const looks = { variant: 'subtle', color: 'gray', size: 36, 'aria-label': label } as const;
  if (phone)
    return (
      <ActionIcon {...looks} component={Link} to={`/w/${workspace.slug}/notifications`}>
        {icon}
      </ActionIcon>
    );
  return (
    <Popover opened={opened} onChange={setOpened} width={420} position="bottom-end" trapFocus shadow="md">
      <Popover.Target>
        <ActionIcon {...looks} onClick={() => setOpened(!opened)}>
          {icon}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <Suspense fallback={<RowsSkeleton rows={4} />}>
          <BellPanel onClose={() => setOpened(false)} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
