import { lazy, Suspense, useState } from 'react';
import { Badge, Button, Group, Text, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconCircleX, type Icon } from '@tabler/icons-react';
import { useText } from '@/shared/i18n/text';
import type { Standing } from '@/api/types';
import { partsOfFilter, type Filter } from '@/shared/records/model/filters';
import type { CardProps } from '@/shared/records/model/config';
import { FindingForm } from './FindingForm';
import { helpOf, nameOf } from './names';
import classes from './qualification.module.css';

const ExplainDialog = lazy(async () => ({
  default: (await import('@/shared/records/filters/ExplainDialog')).ExplainDialog,
}));

type Asked = Standing['criteria'][number];

const MARKS: Record<Asked['why'], Icon> = {
  met: IconCircleCheck,
  not_met: IconCircleX,
  unknown: IconCircleDashed,
  no_evidence: IconAlertTriangle,
};

interface Props extends Pick<CardProps, 'display' | 'record'> {
  criterion: Asked;
  mayAssess: boolean;
}

/** One criterion: whether it is met, why, and the way to say so with evidence. */
export function CriterionRow({ display, record, criterion, mayAssess }: Props) {
  const t = useText('qualification', 'records');
  const { format, language } = display;
  const [editing, setEditing] = useState(false);
  const [explaining, setExplaining] = useState(false);
  const Mark = MARKS[criterion.why];
  const { finding } = criterion;
  const name = nameOf(language, criterion);
  const filter: Filter = { all: partsOfFilter(criterion.filter) };
  const evidence = finding?.evidence_kind ? t(`records:evidence.${finding.evidence_kind}`) : '';
  const facts = [
    evidence,
    finding?.evidence_on ? format.date(finding.evidence_on) : '',
    finding?.by.name ?? '',
  ].filter(Boolean);
  return (
    <li className={classes.criterion}>
      <div className={classes.line}>
        <Tooltip label={t(`qualification:why.${criterion.why}`)}>
          <Mark
            size={18}
            stroke={1.75}
            className={classes.mark}
            data-why={criterion.why}
            role="img"
            aria-label={t(`qualification:why.${criterion.why}`)}
          />
        </Tooltip>
        <div className={classes.words}>
          <Group gap={6}>
            <Text size="sm">{name}</Text>
            {criterion.required && (
              <Badge size="sm" variant="light" color="gray" tt="none">
                {t('qualification:required')}
              </Badge>
            )}
            {criterion.points > 0 && (
              <Text size="xs" c="dimmed">
                {t('qualification:points', { count: criterion.points })}
              </Text>
            )}
          </Group>
          {facts.length > 0 && (
            <Text size="xs" c="dimmed">
              {facts.join(' · ')}
            </Text>
          )}
          {finding?.note && <Text size="sm" className={classes.note}>{finding.note}</Text>}
          {!finding && !criterion.automatic && helpOf(language, criterion) && (
            <Text size="xs" c="dimmed">
              {helpOf(language, criterion)}
            </Text>
          )}
        </div>
        {criterion.automatic && filter.all.length > 0 && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-sm"
            aria-label={t('qualification:explain_of', { name })}
            onClick={() => setExplaining(true)}
          >
            {t('qualification:explain')}
          </Button>
        )}
        {!criterion.automatic && mayAssess && !editing && (
          <Button
            variant="subtle"
            size="compact-sm"
            aria-label={t('qualification:assess_of', { name })}
            onClick={() => setEditing(true)}
          >
            {t('qualification:assess')}
          </Button>
        )}
      </div>
      {editing && (
        <FindingForm display={display} record={record} criterion={criterion} name={name} onClose={() => setEditing(false)} />
      )}
      {explaining && (
        <Suspense fallback={null}>
          <ExplainDialog
            display={display}
            record={record}
            filter={filter}
            about={{ title: name, holds: t('qualification:why.met'), holdsNot: t('qualification:why.not_met') }}
            onClose={() => setExplaining(false)}
          />
        </Suspense>
      )}
    </li>
  );
}
