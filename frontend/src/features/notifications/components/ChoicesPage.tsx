import { Select, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { NotificationChoices } from '@/api/types';
import { errorMessage } from '@/shared/forms/problems';
import { textOr, useText } from '@/shared/i18n/text';
import { useUser } from '@/shared/session/session';
import { ErrorState } from '@/shared/ui/ErrorState';
import { Screen } from '@/shared/ui/Screen';
import { FieldsSkeleton } from '@/shared/ui/Skeletons';
import { toast, toastError } from '@/shared/ui/toast';
import { useWorkspace } from '@/shared/workspace/workspace';
import { choicesQuery, useChoose } from '../api/queries';
import classes from './ChoicesPage.module.css';

type Choice = NotificationChoices['kinds'][number];

/** What one hears of in this workspace, and how; each choice is stored at once. */
export function ChoicesPage() {
  const t = useText('notifications');
  const query = useQuery(choicesQuery(useWorkspace()));
  return (
    <Screen title={t('notifications:title')}>
      {query.isPending && <FieldsSkeleton />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Choices choices={query.data} />}
    </Screen>
  );
}

function Choices({ choices }: { choices: NotificationChoices }) {
  const t = useText('notifications');
  const { email, timezone } = useUser();
  const choose = useChoose(useWorkspace());
  const save = (change: Partial<NotificationChoices>): void =>
    choose.mutate(
      { ...choices, ...change },
      { onSuccess: () => toast(t('notifications:saved')), onError: (error) => toastError(errorMessage(t, error)) },
    );
  const change = (changed: Choice): void =>
    save({ kinds: choices.kinds.map((each) => (each.kind === changed.kind ? changed : each)) });
  return (
    <Stack gap="lg" maw={640}>
      <Text c="dimmed">{t('notifications:choices.lead', { email, timezone })}</Text>
      <div>
        <div className={classes.row} aria-hidden data-head>
          <span />
          <Text size="xs" c="dimmed">
            {t('notifications:choices.product')}
          </Text>
          <Text size="xs" c="dimmed">
            {t('notifications:choices.mail')}
          </Text>
        </div>
        {choices.kinds.map((each) => (
          <Row key={each.kind} choice={each} onChange={change} />
        ))}
      </div>
      <Switch
        label={t('notifications:choices.follow')}
        description={t('notifications:choices.follow_help')}
        checked={choices.auto_follow}
        onChange={({ currentTarget }) => save({ auto_follow: currentTarget.checked })}
      />
    </Stack>
  );
}

function Row({ choice, onChange }: { choice: Choice; onChange: (choice: Choice) => void }) {
  const t = useText('notifications');
  const what = textOr(t, `notifications:choices.kind.${choice.kind}`, choice.kind);
  return (
    <div className={classes.row} role="group" aria-label={what}>
      <span className={classes.what}>{what}</span>
      <Switch
        aria-label={t('notifications:choices.product')}
        checked={choice.product}
        onChange={({ currentTarget }) => onChange({ ...choice, product: currentTarget.checked })}
      />
      <Select
        aria-label={t('notifications:choices.mail')}
        size="xs"
        allowDeselect={false}
        value={choice.mail}
        data={(['soon', 'digest', 'off'] as const).map((value) => ({ value, label: t(`notifications:choices.${value}`) }))}
        onChange={(mail) => mail && onChange({ ...choice, mail })}
      />
    </div>
  );
}
