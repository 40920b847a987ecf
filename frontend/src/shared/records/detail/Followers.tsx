import { Button, Popover, Text, UnstyledButton } from '@mantine/core';
import { IconBell, IconBellFilled } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { errorMessage } from '@/shared/forms/problems';
import { toastError } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { recordsApi } from '../data/api';
import { followersQuery } from '../data/queries';
import type { Display } from '../values/display';
import { MemberValue } from '../values/MemberValue';
import classes from './Followers.module.css';

/** Who follows a record, and the switch to follow it oneself. */
export function Followers({ display, id }: { display: Display; id: string }) {
  const { t, object, member } = display;
  const workspace = useWorkspace();
  const client = useQueryClient();
  const { queryKey, ...query } = followersQuery(workspace, object, id);
  const { data } = useQuery({ queryKey, ...query });
  const change = useMutation({
    mutationFn: (following: boolean) => recordsApi(workspace, object).follow(id, following),
    onSuccess: (followers) => client.setQueryData(queryKey, followers),
    onError: (error) => toastError(errorMessage(t, error)),
  });
  if (!data) return null;
  const { following, data: people } = data;
  return (
    <div className={classes.followers}>
      {people.length > 0 && (
        <Popover position="bottom-end" shadow="md" trapFocus>
          <Popover.Target>
            <UnstyledButton className={classes.count}>
              {t('records:follow.count', { count: people.length })}
            </UnstyledButton>
          </Popover.Target>
          <Popover.Dropdown aria-label={t('records:follow.title')}>
            <Text size="xs" c="dimmed" mb={4}>
              {t('records:follow.title')}
            </Text>
            <ul className={classes.list} tabIndex={-1} data-autofocus>
              {people.map((person) => (
                <li key={person.id}>
                  <MemberValue member={member(person.id)} fallback={person.name} />
                </li>
              ))}
            </ul>
          </Popover.Dropdown>
        </Popover>
      )}
      <Button
        variant={following ? 'light' : 'default'}
        size="compact-sm"
        aria-pressed={following}
        loading={change.isPending}
        leftSection={following ? <IconBellFilled size={14} aria-hidden /> : <IconBell size={14} stroke={1.5} aria-hidden />}
        onClick={() => change.mutate(!following)}
      >
        {following ? t('records:follow.following') : t('records:follow.follow')}
      </Button>
    </div>
  );
}
