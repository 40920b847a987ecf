import type { Import } from '@/api/types';
import { useFormat } from '@/shared/format/useFormat';
import { textOr, useText } from '@/shared/i18n/text';
import classes from './Counts.module.css';

const COUNTS = ['created', 'filled', 'updated', 'skipped', 'rejected'] as const;
const ALWAYS: ReadonlySet<string> = new Set(['created', 'rejected']);

/** What became of the rows so far. */
export function Counts({ run }: { run: Import }) {
  const t = useText('imports');
  const format = useFormat();
  const kind = run.dry_run ? 'would' : 'count';
  return (
    <dl className={classes.counts}>
      {COUNTS.filter((name) => ALWAYS.has(name) || run.counts[name] > 0).map((name) => (
        <div key={name} className={classes.count} data-name={name} data-none={run.counts[name] === 0 || undefined}>
          <dt>{kind === 'would' ? textOr(t, `imports:would.${name}`, name) : textOr(t, `imports:count.${name}`, name)}</dt>
          <dd>{format.number(run.counts[name])}</dd>
        </div>
      ))}
    </dl>
  );
}
