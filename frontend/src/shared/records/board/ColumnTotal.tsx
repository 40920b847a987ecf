import type { Totals } from '@/api/types';
import type { Display } from '../values/display';
import classes from './Board.module.css';

interface Props {
  display: Display;
  totals: Totals | undefined;
  value: string;
}

/** What the records of a column are worth, by currency; nothing while it is not known. */
export function ColumnTotal({ display, totals, value }: Props) {
  const field = display.object.fields.find(({ kind }) => kind === 'money');
  const amounts = field && totals?.data.find((row) => row.value === value)?.sums[field.name];
  if (!amounts || amounts.length === 0) return null;
  return (
    <ul className={classes.totals} aria-label={display.t('views:board.total')}>
      {amounts.map((amount) => (
        <li key={amount.currency}>{display.format.money(amount)}</li>
      ))}
    </ul>
  );
}
