import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Field, Member, ObjectType } from '@/api/types';
import type { Formatter } from '@/shared/format/format';
import { useFormat } from '@/shared/format/useFormat';
import type { Translate } from '@/shared/i18n/resources';
import { useText } from '@/shared/i18n/text';
import { roleName, useRoles } from '@/shared/workspace/roles';
import { useMembers } from '@/shared/workspace/workspace';
import { optionLabel } from '../model/labels';
import { isRole } from '../model/record';

/** All that drawing a value needs, looked up once for a whole table rather than in each of its cells. */
export interface Display {
  t: Translate;
  language: string;
  object: ObjectType;
  format: Formatter;
  member: (id: string) => Member | undefined;
  option: (field: Field, value: string) => string;
  country: (code: string) => string;
}

function countryNames(language: string): (code: string) => string {
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'code' });
  return (code) => {
    try {
      return names.of(code) ?? code;
    } catch {
      return code;
    }
  };
}

export function useDisplay(object: ObjectType): Display {
  const t = useText('records');
  const { i18n } = useTranslation();
  const format = useFormat();
  const members = useMembers();
  const roles = useRoles();
  return useMemo(() => {
    const byId = new Map(members.map((member) => [member.id, member]));
    const labels = new Map<string, string>();
    const option = (field: Field, value: string): string => {
      const key = `${field.name}/${value}`;
      const label = labels.get(key) ?? (isRole(field) ? roleName(t, value, roles) : optionLabel(t, field, value));
      labels.set(key, label);
      return label;
    };
    return {
      t,
      language: i18n.language,
      object,
      format,
      member: (id: string) => byId.get(id),
      option,
      country: countryNames(i18n.language),
    };
  }, [t, i18n.language, object, format, members, roles]);
}
