import { Select, type SelectProps } from '@mantine/core';
import { timeZones } from '@/shared/format/regions';

/** "Europe/Berlin" reads as "Europe / Berlin", with the offset of today. */
function zoneLabel(zone: string, language: string): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts();
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return `${zone.replaceAll('_', ' ').replaceAll('/', ' / ')} (${offset})`;
}

const labelled = new Map<string, { value: string; label: string }[]>();

/** Every zone with its label; some hundred formatters, so made once for a language. */
function zoneOptions(language: string): { value: string; label: string }[] {
  const known = labelled.get(language) ?? timeZones().map((zone) => ({ value: zone, label: zoneLabel(zone, language) }));
  labelled.set(language, known);
  return known;
}

/** Choose an IANA time zone by search. */
export function TimeZoneSelect({ language, ...props }: SelectProps & { language: string }) {
  return <Select searchable allowDeselect={false} limit={60} data={zoneOptions(language)} autoComplete="off" {...props} />;
}
