import { lazy, Suspense, useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { ActionIcon, Tooltip } from '@mantine/core';
import { useFocusTrap, useMergedRef } from '@mantine/hooks';
import { IconArrowsDiagonal, IconChevronDown, IconChevronUp, IconX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FieldsSkeleton } from '@/shared/ui/Skeletons';
import { useRight } from '@/shared/workspace/workspace';
import type { RecordConfig } from '../model/config';
import type { Filter } from '../model/filters';
import type { RecordData } from '../model/record';
import type { Display } from '../values/display';
import { RecordActions } from './RecordActions';
import { RecordBody } from './RecordBody';
import { RecordGone } from './RecordGone';
import { RecordHeader } from './RecordHeader';
import { useRecord } from './useRecord';
import classes from './RecordPanel.module.css';

const ExplainDialog = lazy(async () => ({ default: (await import('../filters/ExplainDialog')).ExplainDialog }));

interface Props {
  display: Display;
  config: RecordConfig;
  id: string;
  href: string;
  /** Covers the screen, as on a phone. */
  full: boolean;
  /** What narrows the list underneath. */
  filter: Filter | undefined;
  onClose: () => void;
  /** Null at the end of the list. */
  onPrevious: (() => void) | null;
  onNext: (() => void) | null;
  onDelete: (record: RecordData) => void;
}

const ICON = { size: 18, stroke: 1.5 };

function Tool({ label, onClick, children }: { label: string; onClick: (() => void) | null; children: ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        className={classes.tool}
        aria-label={label}
        disabled={onClick === null}
        onClick={onClick ?? undefined}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

/** A record over the list it was opened from; the list keeps its place underneath. */
export function RecordPanel(props: Props) {
  const { display, config, id, href, full, filter, onClose, onPrevious, onNext, onDelete } = props;
  const { t, object } = display;
  const { actions: Actions } = config;
  const { record, gone, error, retry } = useRecord(object, id);
  const mayEdit = useRight(object.name, 'update');
  const mayDelete = useRight(object.name, 'delete');
  const headingId = useId();
  const [explaining, setExplaining] = useState(false);
  const box = useRef<HTMLElement>(null);
  const boxRef = useMergedRef(box, useFocusTrap(full));
  useEffect(() => {
    box.current?.focus({ preventScroll: true });
    box.current?.querySelector('[data-panel-scroll]')?.scrollTo({ top: 0 });
  }, [id]);
  return (
    // Esc works wherever the focus is inside.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <section
      ref={boxRef}
      className={classes.panel}
      data-full={full || undefined}
      tabIndex={-1}
      aria-labelledby={headingId}
      {...(full ? { role: 'dialog', 'aria-modal': true } : {})}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return;
        event.preventDefault();
        onClose();
      }}
    >
      <div className={classes.tools}>
        <div className={classes.group}>
          <Tool label={t('records:detail.close')} onClick={onClose}>
            <IconX {...ICON} />
          </Tool>
          <Tool label={t('records:detail.previous')} onClick={onPrevious}>
            <IconChevronUp {...ICON} />
          </Tool>
          <Tool label={t('records:detail.next')} onClick={onNext}>
            <IconChevronDown {...ICON} />
          </Tool>
        </div>
        <div className={classes.group}>
          <Tooltip label={t('records:detail.open_page')}>
            <ActionIcon
              component={Link}
              to={href}
              variant="subtle"
              color="gray"
              size={32}
              aria-label={t('records:detail.open_page')}
            >
              <IconArrowsDiagonal {...ICON} />
            </ActionIcon>
          </Tooltip>
          {record && (
            <RecordActions
              display={display}
              id={id}
              href={href}
              onExplain={filter ? () => setExplaining(true) : null}
              onDelete={mayDelete ? () => onDelete(record) : null}
            >
              {Actions && <Actions display={display} record={record} mayEdit={mayEdit} />}
            </RecordActions>
          )}
        </div>
      </div>
      <div className={classes.scroll} data-panel-scroll>
        {gone && <RecordGone display={display} id={id} mayRestore={mayDelete} />}
        {error && !gone && <ErrorState error={error} onRetry={retry} />}
        {!record && !error && !gone && <FieldsSkeleton />}
        {record && (
          <>
            <RecordHeader display={display} config={config} record={record} mayEdit={mayEdit} order={2} headingId={headingId} />
            <RecordBody display={display} config={config} record={record} mayEdit={mayEdit} />
          </>
        )}
      </div>
      {explaining && filter && record && (
        <Suspense fallback={null}>
          <ExplainDialog display={display} record={record} filter={filter} onClose={() => setExplaining(false)} />
        </Suspense>
      )}
    </section>
  );
}
