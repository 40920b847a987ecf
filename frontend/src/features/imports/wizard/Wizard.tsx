import { Button, Group, Stepper } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { FormSummary } from '@/shared/forms/FormSummary';
import { errorMessage, fieldMessage } from '@/shared/forms/problems';
import { ApiProblem } from '@/api/problem';
import type { Import } from '@/api/types';
import { useText } from '@/shared/i18n/text';
import type { Translate } from '@/shared/i18n/resources';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import { useObject, useWorkspace } from '@/shared/workspace/workspace';
import { previewQuery } from '../api/queries';
import { useImportChange, useImportStep } from '../api/useImport';
import { STEPS, targetsOf, type Step } from '../model';
import { CheckStep } from './CheckStep';
import { DuplicatesStep } from './DuplicatesStep';
import { MatchStep } from './MatchStep';
import { useTargetLabel } from './useTargetLabel';
import classes from './Wizard.module.css';

interface Props {
  run: Import;
  step: Step;
  onStep: (step: Step) => void;
  onStarted: () => void;
}

function reasonOf(t: Translate, error: unknown): string | null {
  if (!error) return null;
  if (!(error instanceof ApiProblem) || error.errors.length === 0) return errorMessage(t, error);
  return error.errors.map((problem) => fieldMessage(t, problem)).join(' ');
}

/** From a file that has arrived to an import that can be started: check, match, decide. */
export function Wizard({ run, step, onStep, onStarted }: Props) {
  const t = useText('imports', 'records');
  const workspace = useWorkspace();
  const object = useObject(run.object);
  const preview = useQuery({ ...previewQuery(workspace, run.id), placeholderData: (previous) => previous });
  const change = useImportChange(run.id);
  const begin = useImportStep(run.id);
  const label = useTargetLabel();
  const at = STEPS.indexOf(step);
  const targets = targetsOf(object);
  const targetLabel = (index: number): string | null => {
    const target = targets.find(({ value }) => value === run.mapping[index]);
    return target ? label(target) : null;
  };
  const parts = { run, targetLabel, onChange: change.mutate };
  const refused = reasonOf(t, change.error ?? begin.error);
  const before = STEPS[at - 1];
  const after = STEPS[at + 1];
  return (
    <div className={classes.wizard}>
      <Stepper
        active={at}
        size="sm"
        onStepClick={(index) => onStep(STEPS[index] ?? 'check')}
        classNames={{
          steps: classes.steps,
          separator: classes.separator,
          step: classes.stepOne,
          stepBody: classes.stepBody,
        }}
      >
        <Stepper.Step label={t('imports:step.check')} />
        <Stepper.Step label={t('imports:step.match')} />
        <Stepper.Step label={t('imports:step.duplicates')} />
      </Stepper>
      <FormSummary message={refused} />
      {preview.isError && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.isPending && <RowsSkeleton rows={8} />}
      {preview.data && (
        <div className={classes.step} aria-busy={preview.isFetching || change.isPending}>
          {step === 'check' && <CheckStep preview={preview.data} {...parts} />}
          {step === 'match' && <MatchStep object={object} preview={preview.data} run={run} onChange={change.mutate} />}
          {step === 'duplicates' && <DuplicatesStep preview={preview.data} {...parts} />}
        </div>
      )}
      <div className={classes.bar}>
        {before ? (
          <Button variant="default" onClick={() => onStep(before)}>
            {t('imports:step.back')}
          </Button>
        ) : (
          <span />
        )}
        {after ? (
          <Button disabled={!preview.data} onClick={() => onStep(after)}>
            {t('imports:step.next')}
          </Button>
        ) : (
          <Group gap="xs">
            <Button
              variant="default"
              loading={begin.isPending && begin.variables === 'dry_run'}
              disabled={change.isPending || begin.isPending}
              onClick={() => begin.mutate('dry_run', { onSuccess: onStarted })}
            >
              {t('imports:step.dry_run')}
            </Button>
            <Button
              loading={begin.isPending && begin.variables === 'start'}
              disabled={change.isPending || begin.isPending}
              onClick={() => begin.mutate('start', { onSuccess: onStarted })}
            >
              {t('imports:step.start')}
            </Button>
          </Group>
        )}
      </div>
    </div>
  );
}
