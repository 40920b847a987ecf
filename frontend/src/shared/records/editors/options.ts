import { useMemo } from 'react';
import type { Field } from '@/api/types';
import { useRoles } from '@/shared/workspace/roles';
import { useMembers } from '@/shared/workspace/workspace';
import { isRole } from '../model/record';
import type { Display } from '../values/display';

export interface PickOption {
  value: string;
  label: string;
}

/** ISO 3166 codes that `Intl` has a name for. */
function countryCodes(country: (code: string) => string): string[] {
  const letters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return codes.filter((code) => country(code) !== code && !NOT_COUNTRIES.has(code));
}

/** Names that `Intl` knows beside countries: unions, withdrawn codes and pseudo regions. */
const NOT_COUNTRIES = new Set(
  'AC AN BU CP CQ CS DD DG DY EA EU EZ FQ FX HV IC JT MI NH NQ NT PC PU PZ QO RH SU TA TP UK UN VD WK XA XB XK YD YU ZR ZZ'.split(' '),
);

/** Every country by its name in a language, in the order of that language. */
export function countryOptions(language: string, nameOf?: (code: string) => string): PickOption[] {
  const names = new Intl.DisplayNames(language, { type: 'region' });
  const name = nameOf ?? ((code: string) => names.of(code) ?? code);
  const order = new Intl.Collator(language);
  return countryCodes(name)
    .map((value) => ({ value, label: name(value) }))
    .sort((left, right) => order.compare(left.label, right.label));
}

/** What a choice, a member or a country field can be set to, in the order to show. */
export function useOptions(display: Display, field: Field, allowed: string[] | null | undefined): PickOption[] {
  const members = useMembers();
  const roles = useRoles();
  return useMemo(() => {
    if (field.kind === 'member')
      return members.filter(({ active }) => active).map(({ id, name }) => ({ value: id, label: name }));
    if (field.kind === 'country') return countryOptions(display.language, display.country);
    const values = isRole(field) ? roles.map(({ key }) => key) : (field.options?.map(({ value }) => value) ?? []);
    const open = allowed ? values.filter((value) => allowed.includes(value)) : values;
    return open.map((value) => ({ value, label: display.option(field, value) }));
  }, [display, field, allowed, members, roles]);
}
