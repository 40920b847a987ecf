import { Button } from '@mantine/core';
import { IconFileImport, IconPlus, IconSearchOff } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { EmptyState } from '@/shared/ui/EmptyState';
import { ErrorState } from '@/shared/ui/ErrorState';
import { RowsSkeleton } from '@/shared/ui/Skeletons';
import type { RecordConfig, RecordWords } from '../model/config';
import type { Display } from '../values/display';
import type { Rows } from './useRows';

interface Props {
  display: Display;
  config: RecordConfig;
  words: RecordWords;
  rows: Rows;
  narrowed: boolean;
  onClear: () => void;
  onCreate: (() => void) | null;
  importTo: string | null;
}

/** What stands in place of the rows while there are none: on their way, failed, nothing found, nothing there yet. */
export function ListStates({ display, config, words, rows, narrowed, onClear, onCreate, importTo }: Props) {
  const { t } = display;
  if (rows.records.length > 0) return null;
  if (rows.isLoading || rows.isStale) return <RowsSkeleton />;
  if (rows.error) return <ErrorState error={rows.error} onRetry={rows.retry} />;
  if (narrowed) {
    return (
      <EmptyState icon={IconSearchOff} title={t('records:list.no_match_title')} text={t('records:list.no_match_text')}>
        <Button variant="default" onClick={onClear}>
          {t('records:list.clear_all')}
        </Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={config.icon} title={words.emptyTitle} text={words.emptyText}>
      {importTo && (
        <Button component={Link} to={importTo} leftSection={<IconFileImport size={16} stroke={1.5} />}>
          {t('records:list.import')}
        </Button>
      )}
      {onCreate && (
        <Button variant="default" leftSection={<IconPlus size={16} stroke={1.5} />} onClick={onCreate}>
          {words.create}
        </Button>
      )}
    </EmptyState>
  );
}
