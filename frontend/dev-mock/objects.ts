import type { Field, FieldKind, Me, ObjectType, Role } from '../src/api/types.ts';
import { json, route, type MockRoute } from './http.ts';
import { TEAMS } from './people.ts';
import { ME, type MockState } from './state.ts';

const CHOICES: Record<string, string[]> = {
  status: ['new', 'working', 'qualified', 'unqualified', 'converted'],
  qualification_state: ['waiting', 'sent_back'],
  rating: ['hot', 'warm', 'cold'],
  source: [
    'friends_relatives',
    'individuals',
    'groups',
    'influencers',
    'periodicals',
    'lost_customers',
    'competitor_customers',
    'cooperating_units',
    'fair',
    'web',
    'referral',
    'other',
  ],
};

const EMPTY = ['is_empty', 'is_not_empty'];
const ORDERED = ['eq', 'lt', 'lte', 'gt', 'gte', 'between', ...EMPTY];
const OPERATORS: Record<FieldKind, string[]> = {
  text: ['eq', 'ne', 'in', 'contains', 'starts_with', ...EMPTY],
  long_text: ['contains', ...EMPTY],
  email_list: ['has', ...EMPTY],
  phone_list: ['has', ...EMPTY],
  url: ['eq', 'contains', ...EMPTY],
  choice: ['eq', 'ne', 'in', 'not_in', ...EMPTY],
  date: ORDERED,
  instant: ['lt', 'lte', 'gt', 'gte', 'between'],
  money: ORDERED,
  integer: ORDERED,
  tags: ['has', ...EMPTY],
  member: ['eq', 'ne', 'in', 'not_in', ...EMPTY],
  country: ['eq', 'ne', 'in', 'not_in', ...EMPTY],
  external_ids: ['has', ...EMPTY],
};

type Flag = 'sort' | 'list' | 'required' | 'own' | 'fixed';
const FIELDS: [name: string, kind: FieldKind, group: string, flags: Flag[], longest?: number][] = [
  ['name', 'text', 'person', ['sort', 'list'], 200],
  ['company', 'text', 'person', ['sort', 'list'], 200],
  ['title', 'text', 'person', [], 200],
  ['emails', 'email_list', 'reach', ['list']],
  ['phones', 'phone_list', 'reach', ['list']],
  ['website', 'url', 'reach', [], 2000],
  ['status', 'choice', 'progress', ['sort', 'list', 'required']],
  ['unqualified_reason', 'text', 'progress', [], 500],
  ['qualification_state', 'choice', 'progress', ['fixed']],
  ['qualification_reason', 'text', 'progress', ['fixed'], 500],
  ['rating', 'choice', 'progress', ['list']],
  ['source', 'choice', 'progress', ['list', 'own'], 60],
  ['owner_id', 'member', 'progress', ['sort', 'list']],
  ['expected_value', 'money', 'progress', ['sort', 'list']],
  ['next_step', 'text', 'next', [], 500],
  ['next_step_on', 'date', 'next', ['sort', 'list']],
  ['street', 'text', 'address', [], 500],
  ['city', 'text', 'address', [], 100],
  ['region', 'text', 'address', [], 100],
  ['postal_code', 'text', 'address', [], 20],
  ['country', 'country', 'address', []],
  ['tags', 'tags', 'more', [], 50],
  ['external_ids', 'external_ids', 'more', []],
  ['notes', 'long_text', 'more', [], 20_000],
];

function makeField([name, kind, group, flags, longest]: (typeof FIELDS)[number]): Field {
  const options = CHOICES[name]?.map((value) => ({ value, label_key: `lead.${name}.${value}`, label: null })) ?? null;
  return {
    name,
    kind,
    label_key: `lead.field.${name}`,
    group,
    required: flags.includes('required'),
    read_only: flags.includes('fixed'),
    filterable: true,
    sortable: flags.includes('sort'),
    importable: !flags.includes('fixed'),
    personal: false,
    list_default: flags.includes('list'),
    max_length: longest ?? null,
    extensible: flags.includes('own'),
    options,
    operators: OPERATORS[kind],
    help_key: null,
  };
}

/** The lead as the server describes it. */
export const LEAD: ObjectType = {
  name: 'lead',
  plural: 'leads',
  fields: FIELDS.map(makeField),
  identity: ['name', 'company', 'emails', 'phones', 'external_ids'],
  transitions: {
    status: {
      new: ['working', 'qualified', 'unqualified'],
      working: ['new', 'qualified', 'unqualified'],
      qualified: ['working', 'unqualified'],
      unqualified: ['new', 'working'],
      converted: [],
    },
  },
  reasons: { status: { unqualified: 'unqualified_reason' } },
  default_sort: '-created_at',
};

function meBody(state: MockState, id: string): Me {
  const summary = state.workspaces.find((workspace) => workspace.id === id);
  const records = state.leadsOf(id).length;
  return {
    member: { id: ME, name: state.account.name, role: state.role, team_id: state.teamId },
    two_factor_from: state.twoFactorFrom,
    powers: ['audit', 'data', 'members', 'views', 'workspace'],
    rights: { lead: state.rights },
    levels: { lead: { read: 'all', create: 'all', update: 'all', delete: 'all', import: 'all', export: 'all' } },
    workspace: {
      id,
      slug: summary?.slug ?? '',
      name: summary?.name ?? '',
      timezone: 'Europe/Berlin',
      currency: 'EUR',
      language: 'en',
      country: 'DE',
    },
    limits: { seats: 3, records: 250_000, file_bytes: 200_000_000, storage_bytes: 5_000_000_000 },
    usage: { seats: 2, records, storage_bytes: 0 },
    onboarding: { has_records: records > 0 },
  };
}

export const COLLEAGUE = '01900000-0000-7000-8000-0000000000a2';

const ROLES = ['owner', 'admin', 'manager', 'sales', 'service', 'viewer'];

function roleOf(key: string, mine: string): Role {
  const may_give = ['owner', 'admin'].includes(mine) && (key !== 'owner' || mine === 'owner');
  const rights = { types: {}, fields: {}, powers: [] };
  return { key, label: null, based_on: null, own: false, rights, version: null, members: 1, may_give };
}

export function objectRoutes(state: MockState): MockRoute[] {
  return [
    route('GET /api/v1/me', ({ request }) => json(meBody(state, request.headers.get('X-Workspace') ?? ''))),
    route('GET /api/v1/objects', () => json({ data: [LEAD] })),
    route('GET /api/v1/roles', () => json({ data: ROLES.map((key) => roleOf(key, state.role)) })),
    route('GET /api/v1/teams', () => json({ data: TEAMS })),
    route('GET /api/v1/members', () =>
      json({
        data: [
          { id: ME, name: state.account.name, email: state.account.email, role: 'admin', team_id: null, active: true },
          { id: COLLEAGUE, name: '李明', email: 'liming@example.com', role: 'sales', team_id: null, active: true },
        ],
      }),
    ),
  ];
}
