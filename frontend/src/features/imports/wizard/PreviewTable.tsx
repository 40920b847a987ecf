import { Badge, ScrollArea, Table, Tooltip, VisuallyHidden } from '@mantine/core';
import type { ImportPreview } from '@/api/types';
import { fieldMessage } from '@/shared/forms/problems';
import { useText } from '@/shared/i18n/text';
import { textOr } from '@/shared/i18n/text';
import classes from './PreviewTable.module.css';

type Row = ImportPreview['rows'][number];
type Problem = Row['problems'][number];

interface Props {
  preview: ImportPreview;
  /** What a column is called in the product; shown under the column's own name. */
  targetLabel: (index: number) => string | null;
}

const TONES: Record<Row['outcome'], string> = { create: 'green', fill: 'accent', update: 'accent', skip: 'gray', reject: 'red' };

/** The first rows as they would be read: what is wrong stands at its cell, in colour, on hover and in words. */
export function PreviewTable({ preview, targetLabel }: Props) {
  const t = useText('imports');
  const name = (index: number, header: string): string => header || t('imports:check.column', { number: index + 1 });
  return (
    <ScrollArea type="auto" className={classes.box} viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': t('imports:check.preview') }}>
      <Table className={classes.table} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('imports:check.line')}</Table.Th>
            <Table.Th>{t('imports:check.outcome')}</Table.Th>
            {preview.columns.map(({ index, header }) => (
              <Table.Th key={index} data-ignored={targetLabel(index) === null || undefined}>
                <div>{name(index, header)}</div>
                <div className={classes.target}>{targetLabel(index) ?? t('imports:check.not_imported')}</div>
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preview.rows.map((row) => (
            <Table.Tr key={row.line}>
              <Table.Td className={classes.line}>{row.line}</Table.Td>
              <Table.Td>
                <Outcome row={row} />
              </Table.Td>
              {preview.columns.map(({ index }) => (
                <Cell key={index} text={row.cells[index] ?? ''} problem={row.problems.find(({ column }) => column === index)} />
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

function Cell({ text, problem }: { text: string; problem: Problem | undefined }) {
  const t = useText('imports');
  if (!problem) return <Table.Td className={classes.cell}>{text}</Table.Td>;
  const reason = fieldMessage(t, problem);
  return (
    <Tooltip label={reason} multiline maw={320} openDelay={0} events={{ hover: true, focus: true, touch: true }}>
      {/* A cell with a problem can be reached by the keyboard, since its reason opens on focus. */}
      { }
      <Table.Td className={classes.cell} data-problem={problem.fatal ? 'fatal' : 'told'} tabIndex={0}>
        {text || <span aria-hidden>–</span>}
        <VisuallyHidden>{t('imports:check.problem', { reason })}</VisuallyHidden>
      </Table.Td>
    </Tooltip>
  );
}

/** What becomes of the row; problems of the whole row stand here. */
function Outcome({ row }: { row: Row }) {
  const t = useText('imports');
  const badge = (
    <Badge variant="light" color={TONES[row.outcome]} tt="none" className={classes.badge}>
      {textOr(t, `imports:outcome.${row.outcome}`, row.outcome)}
    </Badge>
  );
  const reasons = row.problems.filter(({ column }) => column === null).map((problem) => fieldMessage(t, problem));
  if (row.duplicate_of) reasons.unshift(t('imports:check.same_as', { name: row.duplicate_of.display_name }));
  return (
    <>
      {badge}
      {reasons.map((reason) => (
        <div key={reason} className={classes.reason}>
          {reason}
        </div>
      ))}
    </>
  );
}
