import { useRef, useState } from 'react';
import { Tooltip, VisuallyHidden } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import type { Field } from '@/api/types';
import { ChangeEditor } from '../editing/ChangeEditor';
import { useEditing } from '../editing/editing';
import type { Faults } from '../model/faults';
import { fieldHelp, fieldLabel } from '../model/labels';
import type { RecordData, Values } from '../model/record';
import { isEmpty } from '../model/values';
import type { Display } from '../values/display';
import { FieldValue } from '../values/FieldValue';
import classes from './FieldRow.module.css';

interface Props {
  display: Display;
  record: RecordData;
  field: Field;
  mayEdit: boolean;
  /** What surrounds it says what it is. */
  unlabelled?: boolean;
}

/** One field of a record: label and value; a click or Enter on it edits in place. */
export function FieldRow({ display, record, field, mayEdit, unlabelled = false }: Props) {
  const { t } = display;
  const { save } = useEditing();
  const [edit, setEdit] = useState<{ draft?: { value: unknown; faults: Faults } } | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const label = fieldLabel(t, field);
  const value = record[field.name];
  const canEdit = mayEdit && !field.read_only;
  const leave = (): void => {
    setEdit(null);
    requestAnimationFrame(() => button.current?.focus({ preventScroll: true }));
  };
  const commit = async (values: Values): Promise<void> => {
    leave();
    const outcome = await save(record, values);
    if (!outcome.saved) setEdit({ draft: { value: values[field.name], faults: outcome.faults } });
  };
  return (
    <div className={classes.row} data-unlabelled={unlabelled || undefined}>
      <dt className={classes.label}>
        {unlabelled ? (
          <VisuallyHidden>{label}</VisuallyHidden>
        ) : (
          <Tooltip label={fieldHelp(t, field)} disabled={!field.help_key}>
            <span>{label}</span>
          </Tooltip>
        )}
      </dt>
      <dd className={classes.value}>
        {edit ? (
          <ChangeEditor
            key={edit.draft ? 'again' : 'first'}
            display={display}
            record={record}
            field={field}
            {...edit}
            onSave={(values) => void commit(values)}
            onCancel={leave}
          />
        ) : (
          // A click anywhere in the value edits; the pencil is what the keyboard and screen readers use.
          // eslint-disable-next-line jsx-a11y/no-static-element-interactions, jsx-a11y/click-events-have-key-events
          <div
            className={classes.shown}
            data-editable={canEdit || undefined}
            onClick={(event) => {
              const onLink = event.target instanceof Element && event.target.closest('a') !== null;
              if (canEdit && !onLink && window.getSelection()?.isCollapsed !== false) setEdit({});
            }}
          >
            <div className={classes.content}>
              {isEmpty(value) ? (
                <span className={classes.empty}>{canEdit ? (unlabelled ? t('records:detail.add_field', { field: label }) : t('records:detail.add')) : '–'}</span>
              ) : (
                <FieldValue display={display} field={field} value={value} />
              )}
            </div>
            {canEdit && (
              <button
                ref={button}
                type="button"
                className={classes.pencil}
                aria-label={t('records:detail.edit', { field: label })}
                onClick={(event) => {
                  event.stopPropagation();
                  setEdit({});
                }}
              >
                <IconPencil size={14} stroke={1.5} aria-hidden />
              </button>
            )}
          </div>
        )}
      </dd>
    </div>
  );
}
