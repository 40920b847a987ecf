import type { AuditEvent, Member, ObjectType, RoleRights } from '@/api/types';
import type { Formatter } from '@/shared/format/format';
import type { Translate } from '@/shared/i18n/resources';
import { textOr } from '@/shared/i18n/text';
import { fieldLabel } from '@/shared/records/model/labels';
import '@/shared/records/detail/rightsNamespace';
import { roleLabel } from '@/shared/workspace/roles';

type Pair = [before: unknown, after: unknown];

const SETTINGS = ['name', 'slug', 'timezone', 'currency', 'country', 'language'] as const;

const line = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** Before and after; what was only said once has no before. */
function pair(value: unknown): Pair {
  return Array.isArray(value) && value.length === 2 ? [value[0], value[1]] : [null, value];
}

function role(t: Translate, { names }: AuditEvent, key: unknown): string {
  return roleLabel(t, line(key), names[line(key)]);
}

function team(t: Translate, { names }: AuditEvent, id: unknown): string {
  return id == null ? t('audit:no_team') : (names[line(id)] ?? line(id));
}

/** What the event is about: the role or team as it was called then, else as it was called last. */
function subject({ data, names }: AuditEvent): string {
  const [before, after] = pair(data.label ?? data.name);
  return line(after) || line(before) || line(data.label_now) || line(data.name_now) || (names[line(data.key)] ?? '');
}

/** The event in words; a type that has none is shown by its name, so that nothing is hidden. */
export function sentence(t: Translate, event: AuditEvent, objects: ObjectType[]): string {
  const { type, actor, person, data } = event;
  const isMove = type === 'membership.team_changed';
  const [before, after] = pair(isMove ? data.team_id : data.role).map((each) =>
    isMove ? team(t, event, each) : role(t, event, each),
  );
  return textOr(t, `audit:event.${type.replace('.', '_')}`, type, {
    actor: actor?.name ?? t('audit:system'),
    person: person?.name ?? '',
    email: line(data.email),
    name: subject(event),
    type: typeName(t, data.type, objects),
    before: before ?? '',
    after: after ?? '',
    count: Number(data.total ?? data.ended ?? data.rows ?? 0),
  });
}

function typeName(t: Translate, type: unknown, objects: ObjectType[]): string {
  const plural = objects.find(({ name }) => name === type)?.plural ?? line(type);
  return textOr(t, `${plural}:title`, plural);
}

export interface Known {
  members: Member[];
  objects: ObjectType[];
  format: Formatter;
}

/** Further facts, each a short text. */
export function facts(t: Translate, event: AuditEvent, { members, objects, format }: Known): string[] {
  const { type, data } = event;
  const found = [data.address, data.browser, data.system].map(line);
  if (type.startsWith('invitation.') && data.team_id) found.push(team(t, event, data.team_id));
  if (type === 'membership.handed_over') found.push(...handed(t, data.to, members));
  if (data.taken_at) found.push(t('audit:taken_at', { date: format.dateTime(line(data.taken_at)) }));
  if (typeof data.months === 'number') found.push(t('audit:months', { count: data.months }));
  if (typeof data.history_months === 'number') found.push(t('audit:history_months', { count: data.history_months }));
  if (data.narrowed === true) found.push(t('audit:narrowed'));
  if (data.complete === false) found.push(t('audit:broken_off'));
  if (type === 'workspace.updated')
    for (const name of SETTINGS) found.push(change(t, t(`audit:setting.${name}`), data[name]));
  if (type === 'role.updated') found.push(change(t, t('audit:name'), data.label), ...limits(t, data.rights, objects));
  if (type === 'team.updated') {
    found.push(change(t, t('audit:name'), data.name));
    if (data.parent_id) found.push(change(t, t('audit:above'), pair(data.parent_id).map((id) => team(t, event, id))));
  }
  return found.filter((fact) => fact !== '');
}

function handed(t: Translate, to: unknown, members: Member[]): string[] {
  if (!Array.isArray(to)) return [];
  return to.map((id) => t('audit:to_person', { name: members.find((member) => member.id === id)?.name ?? line(id) }));
}

function change(t: Translate, what: string, value: unknown): string {
  if (value === undefined) return '';
  const [before, after] = pair(value).map(line);
  return t('audit:change', { what, before: before ?? '', after: after ?? '' });
}

/** What a role may since, or may no longer: each level, limited field and power that differs. */
function limits(t: Translate, rights: unknown, objects: ObjectType[]): string[] {
  const [old, now] = pair(rights) as [RoleRights | null, RoleRights | null];
  if (!old || !now) return [];
  const powers = [...new Set([...old.powers, ...now.powers])];
  const [before, after] = [flat(t, old, powers, objects), flat(t, now, powers, objects)];
  const none = t('rights:field.writable');
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((what) => before.get(what) !== after.get(what))
    .map((what) => t('audit:change', { what, before: before.get(what) ?? none, after: after.get(what) ?? none }));
}

/** What is said of a role -> how far it goes, in words. */
function flat(t: Translate, rights: RoleRights, powers: string[], objects: ObjectType[]): Map<string, string> {
  const said = new Map<string, string>();
  for (const [name, levels] of Object.entries(rights.types)) {
    const object = objects.find((each) => each.name === name);
    const type = typeName(t, name, objects);
    for (const [action, level] of Object.entries(levels))
      said.set(
        t('rights:roles.of_type', { action: textOr(t, `rights:action.${action}`, action), type }),
        textOr(t, `rights:level.${level}`, level),
      );
    for (const [fieldName, access] of Object.entries(rights.fields[name] ?? {})) {
      const field = object?.fields.find((each) => each.name === fieldName);
      said.set(field ? fieldLabel(t, field) : fieldName, t(`rights:field.${access}`));
    }
  }
  const held = new Set<string>(rights.powers);
  for (const power of powers)
    said.set(textOr(t, `rights:power.${power}`, power), t(held.has(power) ? 'rights:access.may' : 'rights:access.may_not'));
  return said;
}
