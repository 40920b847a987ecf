import type { ReactNode } from 'react';
import type { Field } from '@/api/types';
import { isEmpty, isMoney, textOf, textsOf } from '../model/values';
import { ChoiceValue } from './ChoiceValue';
import { nearDate, today } from './dates';
import type { Display } from './display';
import { MemberValue } from './MemberValue';
import { externalIds, phoneText, valueText } from './text';
import { safeUrl, shortUrl } from './urls';
import classes from './FieldValue.module.css';

interface Props {
  display: Display;
  field: Field;
  value: unknown;
  /** One line, links out of the tab order (the grid has its own keys). */
  inCell?: boolean;
}

function List({ items, inCell }: { items: ReactNode[]; inCell: boolean }) {
  if (!inCell) {
    return (
      <ul className={classes.lines}>
        {items.map((item, index) => (
          <li key={index}>{item}</li>
        ))}
      </ul>
    );
  }
  return (
    <span className={classes.line}>
      <span className={classes.first}>{items[0]}</span>
      {items.length > 1 && <span className={classes.more}>+{items.length - 1}</span>}
    </span>
  );
}

function Tags({ tags, inCell }: { tags: string[]; inCell: boolean }) {
  const shown = inCell ? tags.slice(0, 3) : tags;
  return (
    <span className={inCell ? classes.tags : classes.tagsWrapped}>
      {shown.map((tag) => (
        <span key={tag} className={classes.tag}>
          {tag}
        </span>
      ))}
      {shown.length < tags.length && <span className={classes.more}>+{tags.length - shown.length}</span>}
    </span>
  );
}

/** Draw a value as what it is: a person as a person, a link as a link, money by locale. Nothing for no value. */
export function FieldValue({ display, field, value, inCell = false }: Props): ReactNode {
  if (isEmpty(value)) return null;
  const tabIndex = inCell ? -1 : undefined;
  const link = (href: string, text: string, external = false) => (
    <a
      className={classes.link}
      href={href}
      tabIndex={tabIndex}
      {...(external ? { target: '_blank', rel: 'noreferrer noopener' } : {})}
    >
      {text}
    </a>
  );
  switch (field.kind) {
    case 'choice':
      return <ChoiceValue name={field.name} value={textOf(value)} label={display.option(field, textOf(value))} />;
    case 'member':
      return <MemberValue member={display.member(textOf(value))} fallback={valueText(display, field, value)} />;
    case 'email_list':
      return <List inCell={inCell} items={textsOf(value).map((item) => link(`mailto:${encodeURI(item)}`, item))} />;
    case 'phone_list':
      return <List inCell={inCell} items={textsOf(value).map((item) => link(`tel:${item}`, phoneText(display.t, item)))} />;
    case 'url': {
      const href = safeUrl(textOf(value));
      return href ? link(href, shortUrl(href), true) : textOf(value);
    }
    case 'tags':
      return <Tags tags={textsOf(value)} inCell={inCell} />;
    case 'money':
      return isMoney(value) ? <span className={classes.number}>{display.format.money(value)}</span> : null;
    case 'integer':
      return <span className={classes.number}>{valueText(display, field, value)}</span>;
    case 'date':
      return (
        <time dateTime={textOf(value)} title={display.format.date(textOf(value))}>
          {nearDate(display.format, display.language, textOf(value), today())}
        </time>
      );
    case 'instant':
      return (
        <time dateTime={textOf(value)} title={display.format.dateTime(textOf(value))}>
          {display.format.relative(textOf(value))}
        </time>
      );
    case 'external_ids':
      return (
        <List
          inCell={inCell}
          items={externalIds(value).map(({ system, value: id }) => (
            <>
              <span className={classes.system}>{system}</span> {id}
            </>
          ))}
        />
      );
    case 'long_text':
      return inCell ? textOf(value) : <span className={classes.long}>{textOf(value)}</span>;
    default:
      return valueText(display, field, value);
  }
}
