import { useState } from 'react';
import { Badge, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Role } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { textOr, useText } from '@/shared/i18n/text';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Screen } from '@/shared/ui/Screen';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { toast, toastError } from '@/shared/ui/toast';
import { roleLabel } from '@/shared/workspace/roles';
import { rolesQuery, useObjects, useWorkspace } from '@/shared/workspace/workspace';
import { useRemoveRole } from '../api/queries';
import { summary } from '../texts';
import { RoleEditor, type Editing } from './RoleEditor';
import classes from './Rows.module.css';

/** The roles of the workspace: what each may do, in words, and a copy of any as a role of one's own. */
export function RolesPage() {
  const t = useText('rights', 'records', 'leads');
  const workspace = useWorkspace();
  const query = useQuery(rolesQuery(workspace));
  const [editing, setEditing] = useState<Editing | null>(null);
  const objects = useObjects();
  const remove = useRemoveRole();
  const ask = (role: Role): void => {
    if (window.confirm(t('rights:roles.remove_confirm', { name: roleLabel(t, role.key, role.label) })))
      remove.mutate(role.key, {
        onSuccess: () => toast(t('rights:roles.removed')),
        onError: (error) => toastError(errorMessage(t, error)),
      });
  };
  return (
    <Screen title={t('rights:roles.title')}>
      <Text c="dimmed">{t('rights:roles.lead')}</Text>
      {query.isPending && <RowsSkeleton rows={6} />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && (
        <ul className={classes.list}>
          {query.data.map((role) => (
            <li key={role.key} className={classes.row}>
              <div className={classes.main}>
                <Group gap={8}>
                  <Text fw={600}>{roleLabel(t, role.key, role.label)}</Text>
                  {role.own && <Badge variant="light">{t('rights:roles.own')}</Badge>}
                  <Text size="sm" c="dimmed">
                    {t('rights:roles.members', { count: role.members })}
                  </Text>
                </Group>
                {objects.map((object) => (
                  <Text key={object.name} size="sm" c="dimmed">
                    {summary(t, role.rights, object.name, textOr(t, `${object.plural}:title`, object.plural))}
                  </Text>
                ))}
              </div>
              <Group gap={4}>
                <Button variant="subtle" size="compact-md" onClick={() => setEditing({ role: role.own ? role : null, of: role, view: !role.own })}>
                  {role.own ? t('rights:roles.edit') : t('rights:roles.view')}
                </Button>
                <Button variant="subtle" size="compact-md" onClick={() => setEditing({ role: null, of: role, view: false })}>
                  {t('rights:roles.copy')}
                </Button>
                {role.own && (
                  <Button variant="subtle" color="red" size="compact-md" onClick={() => ask(role)}>
                    {t('rights:roles.remove')}
                  </Button>
                )}
              </Group>
            </li>
          ))}
        </ul>
      )}
      {editing && <RoleEditor {...editing} onClose={() => setEditing(null)} />}
    </Screen>
  );
}
