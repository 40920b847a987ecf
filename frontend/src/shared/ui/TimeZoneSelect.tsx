import { useMemo } from 'react';
import { Select, type SelectProps } from '@mantine/core';
import { timeZones } from '@/shared/format/regions';

/** "Europe/Berlin" reads as "Europe / Berlin", with the offset of today. */
function zoneLabel(zone: string, language: string): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts();
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  return `${zone.replaceAll('_', ' ').replaceAll('/', ' / ')} (${offset})`;
}

/** Choose an IANA time zone by search. */
export function TimeZoneSelect({ language, ...props }: SelectProps & { language: string }) {
  const data = useMemo(() => timeZones().map((zone) => ({ value: zone, label: zoneLabel(zone, language) })), [language]);
  return <Select searchable allowDeselect={false} limit={60} data={data} autoComplete="off" {...props} />;
}
