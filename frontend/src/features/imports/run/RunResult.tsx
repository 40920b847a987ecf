import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconArrowBackUp, IconCircleCheck, IconDownload, IconList } from '@tabler/icons-react';
import type { Import } from '@/api/types';
import { FormSummary } from '@/shared/forms/FormSummary';
import { errorMessage } from '@/shared/forms/problems';
import { textOr, useText } from '@/shared/i18n/text';
import { LinkButton } from '@/shared/ui/LinkButton';
import { useRight, useWorkspace } from '@/shared/workspace/workspace';
import { rejectedHref } from '../api/queries';
import { useImportStep } from '../api/useImport';
import { Counts } from './Counts';
import { UndoResult } from './UndoResult';

interface Props {
  run: Import;
  /** Back to the choices, after a check. */
  onChangeChoices: () => void;
}

const ICON = { size: 16, stroke: 1.5 };

function Verdict({ run }: { run: Import }) {
  const t = useText('imports');
  if (run.state === 'failed')
    return (
      <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={t('imports:result.failed')} role="alert">
        {run.error ? textOr(t, `errors:field.${run.error.code}`, textOr(t, `errors:problem.${run.error.code}`, run.error.detail)) : null}
        <Text size="sm" mt={4}>
          {run.dry_run ? t('imports:result.nothing_saved') : t('imports:result.kept')}
        </Text>
      </Alert>
    );
  if (run.state === 'cancelled')
    return (
      <Alert color="yellow" variant="light" title={t('imports:result.cancelled')}>
        {run.dry_run ? t('imports:result.nothing_saved') : t('imports:result.kept')}
      </Alert>
    );
  if (run.dry_run)
    return (
      <Alert variant="light" icon={<IconCircleCheck size={18} />} title={t('imports:result.checked')}>
        {t('imports:result.nothing_saved')}
      </Alert>
    );
  return (
    <Alert color="green" variant="light" icon={<IconCircleCheck size={18} />} title={t('imports:result.done')}>
      {run.counts.rejected > 0 ? t('imports:result.some_rejected') : t('imports:result.none_rejected')}
    </Alert>
  );
}

/** How an import ended, and what can be done now. */
export function RunResult({ run, onChangeChoices }: Props) {
  const t = useText('imports');
  const workspace = useWorkspace();
  const step = useImportStep(run.id);
  const mayUndo = useRight(run.object, 'delete');
  if (run.state === 'undone') return <UndoResult run={run} />;
  const changed = run.counts.created + run.counts.filled + run.counts.updated;
  const filter = { all: [{ field: 'import_id', op: 'eq', value: run.id }] };
  return (
    <Stack gap="lg" maw={720}>
      <Verdict run={run} />
      <FormSummary message={step.error ? errorMessage(t, step.error) : null} />
      <Counts run={run} />
      <Group gap="xs">
        {run.dry_run && (
          <>
            <Button loading={step.isPending} onClick={() => step.mutate('start')}>
              {t('imports:step.start')}
            </Button>
            <Button variant="default" onClick={onChangeChoices}>
              {t('imports:result.change_choices')}
            </Button>
          </>
        )}
        {!run.dry_run && run.counts.created > 0 && (
          <LinkButton
            to="/w/$slug/leads"
            params={{ slug: workspace.slug }}
            search={{ filter }}
            leftSection={<IconList {...ICON} />}
          >
            {t('imports:result.open_list')}
          </LinkButton>
        )}
        {run.counts.rejected > 0 && (
          <Button component="a" href={rejectedHref(workspace, run.id)} download variant="default" leftSection={<IconDownload {...ICON} />}>
            {t('imports:result.download')}
          </Button>
        )}
        {!run.dry_run && changed > 0 && mayUndo && (
          <Button
            variant="default"
            loading={step.isPending}
            leftSection={<IconArrowBackUp {...ICON} />}
            onClick={() => step.mutate('undo')}
          >
            {t('imports:result.undo')}
          </Button>
        )}
      </Group>
      {!run.dry_run && changed > 0 && mayUndo && (
        <Text size="sm" c="dimmed">
          {t('imports:result.undo_help')}
        </Text>
      )}
    </Stack>
  );
}
