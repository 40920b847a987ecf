import { Select, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useDebouncedCallback } from '@mantine/hooks';
import type { Import, ImportPatch, ImportPreview, ObjectType } from '@/api/types';
import { useText } from '@/shared/i18n/text';
import { groupLabel } from '@/shared/records/model/labels';
import { needsOf, sendColumn, targetsOf } from '../model';
import { ReadingChoices } from './ReadingChoices';
import { useTargetLabel } from './useTargetLabel';
import classes from './MatchStep.module.css';

interface Props {
  object: ObjectType;
  run: Import;
  preview: ImportPreview;
  onChange: (change: ImportPatch) => void;
}

const PAUSE_MS = 400;

/** Every column of the file and the field it fills; what is not imported is said plainly. */
export function MatchStep({ object, run, preview, onChange }: Props) {
  const t = useText('imports', 'records');
  const label = useTargetLabel();
  const targets = targetsOf(object);
  const groups = [...new Set(targets.map(({ field }) => field.group))];
  const data = [
    { value: '', label: t('imports:match.ignore') },
    ...groups.map((group) => ({
      group: groupLabel(t, object, group),
      items: targets.filter(({ field }) => field.group === group).map((target) => ({ value: target.value, label: label(target) })),
    })),
  ];
  const needs = needsOf(object, run.mapping);
  const nameOf = (index: number): string => {
    const header = preview.columns[index]?.header ?? '';
    return header === '' ? t('imports:check.column', { number: index + 1 }) : header;
  };
  const faults = (index: number): number =>
    preview.rows.filter((row) => row.problems.some(({ column, fatal }) => column === index && fatal)).length;
  const sendSystem = useDebouncedCallback((external_system: string) => onChange({ external_system }), PAUSE_MS);
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('imports:match.intro')}</Text>
      <div className={classes.list} role="list" aria-label={t('imports:match.columns')}>
        {preview.columns.map(({ index, samples }) => {
          const wrong = faults(index);
          return (
            <div key={index} role="listitem" className={classes.row} data-ignored={!run.mapping[index] || undefined}>
              <div className={classes.column}>
                <div className={classes.name}>{nameOf(index)}</div>
                <div className={classes.samples}>{samples.length > 0 ? samples.join(' · ') : t('imports:match.empty')}</div>
                {wrong > 0 && <div className={classes.wrong}>{t('imports:match.problems', { count: wrong })}</div>}
              </div>
              <IconArrowRight size={16} className={classes.arrow} aria-hidden />
              <Select
                aria-label={t('imports:match.target', { column: nameOf(index) })}
                data={data}
                value={run.mapping[index] ?? ''}
                searchable
                allowDeselect={false}
                maxDropdownHeight={320}
                onChange={(target) => onChange({ mapping: sendColumn(run.mapping, index, target === '' ? null : target) })}
              />
            </div>
          );
        })}
      </div>
      {preview.unmapped.length > 0 && (
        <Text size="sm" role="status">
          {t('imports:match.ignored', { columns: preview.unmapped.map(nameOf).join(', ') })}
        </Text>
      )}
      {needs.system && (
        <TextInput
          label={t('imports:match.system')}
          description={t('imports:match.system_help')}
          defaultValue={run.external_system ?? ''}
          maxLength={60}
          maw={360}
          onChange={(event) => sendSystem(event.currentTarget.value)}
        />
      )}
      <ReadingChoices run={run} needs={needs} onChange={onChange} />
    </Stack>
  );
}
