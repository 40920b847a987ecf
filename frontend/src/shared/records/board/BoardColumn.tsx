import { useMemo, type UIEvent } from 'react';
import { Button, Skeleton } from '@mantine/core';
import { useDroppable } from '@dnd-kit/core';
import type { Field, Totals } from '@/api/types';
import type { ListState } from '../data/queries';
import { useRows } from '../list/useRows';
import type { RecordConfig } from '../model/config';
import type { RecordData } from '../model/record';
import { ChoiceValue } from '../values/ChoiceValue';
import type { Display } from '../values/display';
import { BoardCard } from './BoardCard';
import { ColumnTotal } from './ColumnTotal';
import classes from './Board.module.css';

interface Props {
  display: Display;
  config: RecordConfig;
  field: Field;
  value: string;
  state: ListState;
  totals: Totals | undefined;
  moved: RecordData[];
  mayEdit: boolean;
  /** The card in hand may be dropped here; null while none is. */
  isOpen: boolean | null;
  onOpen: (id: string) => void;
}

const LOAD_AHEAD_PX = 600;

/** The records with one value, as far as they are loaded, and those that are just coming in. */
export function BoardColumn({ display, config, field, value, state, totals, moved, mayEdit, isOpen, onOpen }: Props) {
  const { t, object, format } = display;
  const own = useMemo<ListState>(
    () => ({ ...state, filter: { all: [...(state.filter?.all ?? []), { field: field.name, op: 'in', value: [value] }] } }),
    [state, field, value],
  );
  const rows = useRows(object, own);
  const { setNodeRef, isOver } = useDroppable({ id: value });
  const staying = rows.records.filter((record) => record[field.name] === value && !moved.some(({ id }) => id === record.id));
  const coming = moved.filter((record) => record[field.name] === value);
  const shown = [...coming, ...staying];
  const difference = shown.length - rows.records.length;
  const count = rows.count && format.number(Math.max(0, rows.count.value + difference));
  const label = display.option(field, value);
  const loadNear = ({ currentTarget: box }: UIEvent<HTMLElement>): void => {
    if (box.scrollHeight - box.scrollTop - box.clientHeight < LOAD_AHEAD_PX) rows.loadMore();
  };
  return (
    <section
      ref={setNodeRef}
      className={classes.column}
      aria-label={t('views:board.column', { value: label, count: count ?? '' })}
      data-over={isOver && isOpen === true ? true : undefined}
      data-closed={isOpen === false ? true : undefined}
    >
      <header className={classes.head}>
        <ChoiceValue name={field.name} value={value} label={label} />
        {count !== undefined && <span className={classes.count}>{count}</span>}
      </header>
      <ColumnTotal display={display} totals={totals} value={value} />
      {/* The column is what scrolls here, so the keyboard must be able to reach it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={classes.cards} onScroll={loadNear} tabIndex={0} role="group" aria-label={label}>
        {rows.isLoading && [1, 2, 3].map((each) => <Skeleton key={each} height={64} radius={6} />)}
        {shown.map((record) => (
          <BoardCard key={record.id} display={display} config={config} record={record} mayEdit={mayEdit} onOpen={onOpen} />
        ))}
        {!rows.isLoading && !rows.error && shown.length === 0 && <p className={classes.empty}>{t('views:board.empty')}</p>}
        {(rows.error ?? rows.moreFailed) && (
          <div role="alert" className={classes.empty}>
            {t('views:board.failed')}
            <Button variant="default" size="compact-sm" onClick={rows.retry}>
              {t('common:action.try_again')}
            </Button>
          </div>
        )}
        {rows.hasMore && !rows.moreFailed && (
          <Button variant="subtle" color="gray" size="compact-sm" onClick={rows.loadMore}>
            {t('views:board.more')}
          </Button>
        )}
      </div>
    </section>
  );
}
