import type { RecordConfig } from '../model/config';
import { fieldOf, type RecordData } from '../model/record';
import { isEmpty } from '../model/values';
import type { Display } from '../values/display';
import { valueText } from '../values/text';

/** What stands under a name: the first facts that say more than the name itself. */
export function subtitleOf(display: Display, { cardFields }: RecordConfig, record: RecordData): string {
  const facts = cardFields.flatMap((name) => {
    const field = fieldOf(display.object, name);
    const value = record[name];
    const first: unknown = Array.isArray(value) ? value.slice(0, 1) : value;
    return field && !isEmpty(value) ? [valueText(display, field, first)] : [];
  });
  return [...new Set(facts)].filter((fact) => fact !== record.display_name).slice(0, 2).join(' · ');
}
