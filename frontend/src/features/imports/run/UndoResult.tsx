import { Alert, List, Stack, Text, Title } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Import } from '@/api/types';
import { useFormat } from '@/shared/format/useFormat';
import { textOr, useText } from '@/shared/i18n/text';
import { TextLink } from '@/shared/ui/LinkButton';
import { useWorkspace } from '@/shared/workspace/workspace';
import { conflictsQuery } from '../api/queries';

/** What an undo took back, and what it left alone because somebody had edited it since. */
export function UndoResult({ run }: { run: Import }) {
  const t = useText('imports');
  const format = useFormat();
  const workspace = useWorkspace();
  const left = useQuery({ ...conflictsQuery(workspace, run.id), enabled: (run.undo?.skipped ?? 0) > 0 });
  const { removed = 0, restored = 0, skipped = 0 } = run.undo ?? {};
  return (
    <Stack gap="lg" maw={720}>
      <Alert variant="light" icon={<IconArrowBackUp size={18} />} title={t('imports:undo.title')}>
        <Text size="sm">{t('imports:undo.removed', { count: removed, shown: format.number(removed) })}</Text>
        {restored > 0 && <Text size="sm">{t('imports:undo.restored', { count: restored, shown: format.number(restored) })}</Text>}
        {skipped > 0 && <Text size="sm">{t('imports:undo.skipped', { count: skipped, shown: format.number(skipped) })}</Text>}
      </Alert>
      {left.data && left.data.length > 0 && (
        <div>
          <Title order={2} size="h5" mb={6}>
            {t('imports:undo.left_alone')}
          </Title>
          <List size="sm" listStyleType="none" spacing={4}>
            {left.data.map(({ id, display_name, reason }) => (
              <List.Item key={id}>
                <TextLink
                  size="sm"
                  to="/w/$slug/leads/$leadId"
                  params={{ slug: workspace.slug, leadId: id }}
                >
                  {display_name ?? t('imports:undo.deleted_record')}
                </TextLink>{' '}
                <Text span size="sm" c="dimmed">
                  {textOr(t, `imports:undo.reason.${reason}`, reason)}
                </Text>
              </List.Item>
            ))}
          </List>
        </div>
      )}
    </Stack>
  );
}
