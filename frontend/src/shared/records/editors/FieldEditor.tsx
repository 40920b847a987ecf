import { lazy, Suspense, type ComponentType } from 'react';
import { Skeleton } from '@mantine/core';
import type { FieldKind } from '@/api/types';
import { ExternalIdsEditor } from './ExternalIdsEditor';
import { ListEditor } from './ListEditor';
import { MoneyEditor } from './MoneyEditor';
import { PickEditor } from './PickEditor';
import { TagsEditor } from './TagsEditor';
import { IntegerEditor, LongTextEditor, TextEditor } from './TextEditors';
import type { EditorProps } from './types';

// The calendar is the one heavy editor; it comes when a date is first edited.
const LazyDateEditor = lazy(async () => ({ default: (await import('./DateEditor')).DateEditor }));

function DateEditor(props: EditorProps) {
  return (
    <Suspense fallback={<Skeleton h={36} />}>
      <LazyDateEditor {...props} />
    </Suspense>
  );
}

const EDITORS: Record<FieldKind, ComponentType<EditorProps>> = {
  text: TextEditor,
  url: TextEditor,
  long_text: LongTextEditor,
  integer: IntegerEditor,
  money: MoneyEditor,
  email_list: ListEditor,
  phone_list: ListEditor,
  external_ids: ExternalIdsEditor,
  tags: TagsEditor,
  choice: PickEditor,
  member: PickEditor,
  country: PickEditor,
  date: DateEditor,
  instant: DateEditor,
};

/** The editor of a field by its kind. */
export function FieldEditor(props: EditorProps) {
  const Editor = EDITORS[props.field.kind];
  return <Editor {...props} />;
}
