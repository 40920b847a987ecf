import { useEffect, type RefObject } from 'react';
import { ActionIcon, Button, Checkbox } from '@mantine/core';
import { IconMail, IconPhone } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { fieldOf, type RecordData } from '../model/record';
import { isEmpty, textOf, textsOf } from '../model/values';
import type { RecordConfig } from '../model/config';
import { subtitleOf } from '../detail/subtitle';
import type { Display } from '../values/display';
import { FieldValue } from '../values/FieldValue';
import type { Rows } from './useRows';
import classes from './Cards.module.css';

interface Props {
  display: Display;
  config: RecordConfig;
  label: string;
  rows: Rows;
  hrefOf: (id: string) => string;
  onOpen: (index: number) => void;
  scroller: RefObject<HTMLDivElement | null>;
  /** The selected rows while rows are being selected, else null. */
  picked: ReadonlySet<string> | null;
  /** Null when nothing can be done with a selection. */
  onPick: ((index: number, range: boolean) => void) | null;
}

const HEIGHT = 64;
const LOAD_AHEAD = 30;

/** The list on a phone: two lines for each record, call and mail by one tap. */
export function Cards({ display, config, label, rows, hrefOf, onOpen, scroller, picked, onPick }: Props) {
  const { records, hasMore, loadMore } = rows;
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here only, in every render
  const virtualizer = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => HEIGHT,
    overscan: 8,
  });
  const items = virtualizer.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && lastSeen >= records.length - LOAD_AHEAD) loadMore();
  }, [hasMore, lastSeen, records.length, loadMore]);
  return (
    // The list is what scrolls here, so the keyboard must be able to reach it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={scroller} className={classes.scroll} tabIndex={0} role="region" aria-label={label}>
      <ul className={classes.list} style={{ height: virtualizer.getTotalSize() }}>
        {items.map(({ index, start }) => {
          const record = records[index];
          return record ? (
            <li key={record.id} className={classes.card} style={{ transform: `translateY(${start}px)` }}>
              <Card
                display={display}
                config={config}
                record={record}
                href={hrefOf(record.id)}
                onOpen={() => onOpen(index)}
                picked={picked?.has(record.id) ?? null}
                onPick={onPick && (() => onPick(index, false))}
              />
            </li>
          ) : null;
        })}
      </ul>
      {rows.moreFailed && (
        <div className={classes.more} role="alert">
          {display.t('records:list.more_failed')}
          <Button variant="default" onClick={rows.retry}>
            {display.t('common:action.try_again')}
          </Button>
        </div>
      )}
    </div>
  );
}

interface CardProps {
  display: Display;
  config: RecordConfig;
  record: RecordData;
  href: string;
  onOpen: () => void;
  /** Null while no rows are being selected. */
  picked: boolean | null;
  onPick: (() => void) | null;
}

function firstOf(display: Display, record: RecordData, kind: 'email_list' | 'phone_list'): string | undefined {
  const field = display.object.fields.find((each) => each.kind === kind);
  return field ? textsOf(record[field.name])[0] : undefined;
}

function Card({ display, config, record, href, onOpen, picked, onPick }: CardProps) {
  const { t, object } = display;
  const status = fieldOf(object, config.status);
  const name = record.display_name || t('records:value.nameless');
  const phone = firstOf(display, record, 'phone_list');
  const email = firstOf(display, record, 'email_list');
  const subtitle = subtitleOf(display, config, record);
  return (
    <>
      {picked !== null && (
        <Checkbox
          className={classes.pick}
          checked={picked}
          aria-label={t('records:list.select_row', { name })}
          onChange={() => onPick?.()}
        />
      )}
      <a
        className={classes.main}
        href={href}
        onClick={(event) => {
          event.preventDefault();
          if (picked === null) onOpen();
          else onPick?.();
        }}
        // A long press selects; what the browser offers for a link is on the record's page.
        onContextMenu={(event) => {
          if (!onPick) return;
          event.preventDefault();
          if (picked !== true) onPick();
        }}
      >
        <span className={classes.name}>{name}</span>
        <span className={classes.second}>
          {status && !isEmpty(record[status.name]) && (
            <span className={classes.status}>
              <FieldValue display={display} field={status} value={textOf(record[status.name])} inCell />
            </span>
          )}
          {subtitle && <span className={classes.facts}>{subtitle}</span>}
        </span>
      </a>
      {email && picked === null && (
        <ActionIcon
          component="a"
          href={`mailto:${encodeURI(email)}`}
          variant="subtle"
          color="gray"
          size={44}
          aria-label={t('records:list.mail', { name })}
        >
          <IconMail size={20} stroke={1.5} />
        </ActionIcon>
      )}
      {phone && picked === null && (
        <ActionIcon
          component="a"
          href={`tel:${phone.replaceAll(' ', '')}`}
          variant="subtle"
          color="gray"
          size={44}
          aria-label={t('records:list.call', { name })}
        >
          <IconPhone size={20} stroke={1.5} />
        </ActionIcon>
      )}
    </>
  );
}
