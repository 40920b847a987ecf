import type { Field, FieldKind, Me, ObjectType } from '../src/api/types.ts';
import { json, route, type MockRoute } from './http.ts';
import { ME, type MockState } from './state.ts';

const CHOICES: Record<string, string[]> = {
  status: ['new', 'working', 'qualified', 'unqualified', 'converted'],
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

const FIELDS: [name: string, kind: FieldKind, group: string][] = [
  ['name', 'text', 'person'],
  ['company', 'text', 'person'],
  ['title', 'text', 'person'],
  ['emails', 'email_list', 'contact'],
  ['phones', 'phone_list', 'contact'],
  ['website', 'url', 'contact'],
  ['street', 'text', 'address'],
  ['city', 'text', 'address'],
  ['region', 'text', 'address'],
  ['postal_code', 'text', 'address'],
  ['country', 'country', 'address'],
  ['source', 'choice', 'pipeline'],
  ['status', 'choice', 'pipeline'],
  ['unqualified_reason', 'text', 'pipeline'],
  ['rating', 'choice', 'pipeline'],
  ['owner_id', 'member', 'pipeline'],
  ['expected_value', 'money', 'pipeline'],
  ['next_step', 'text', 'pipeline'],
  ['next_step_on', 'date', 'pipeline'],
  ['tags', 'tags', 'other'],
  ['notes', 'long_text', 'other'],
  ['external_ids', 'external_ids', 'other'],
  ['created_at', 'instant', 'system'],
  ['updated_at', 'instant', 'system'],
];
const LISTED = new Set(['name', 'company', 'emails', 'phones', 'status', 'rating', 'source', 'expected_value', 'created_at']);

function makeField([name, kind, group]: (typeof FIELDS)[number]): Field {
  const options = CHOICES[name]?.map((value) => ({ value, label_key: `lead.${name}.${value}`, label: null })) ?? null;
  return {
    name,
    kind,
    label_key: `lead.field.${name}`,
    group,
    required: false,
    read_only: group === 'system',
    filterable: kind !== 'long_text',
    sortable: kind !== 'long_text' && !kind.endsWith('_list'),
    importable: group !== 'system',
    personal: group === 'person' || group === 'contact',
    list_default: LISTED.has(name),
    max_length: kind === 'text' ? 200 : null,
    options,
    operators: kind === 'choice' ? ['in', 'not_in', 'is_empty'] : ['contains', 'is_empty', 'is_not_empty'],
    help_key: null,
  };
}

const LEAD: ObjectType = {
  name: 'lead',
  plural: 'leads',
  fields: FIELDS.map(makeField),
  transitions: {
    status: {
      new: ['working', 'qualified', 'unqualified'],
      working: ['new', 'qualified', 'unqualified'],
      qualified: ['working', 'unqualified', 'converted'],
      unqualified: ['working'],
      converted: [],
    },
  },
  default_sort: '-created_at',
};

function meBody(state: MockState, id: string): Me {
  const summary = state.workspaces.find((workspace) => workspace.id === id);
  const records = state.leadsOf(id).length;
  return {
    member: { id: ME, name: state.account.name, role: summary?.role ?? 'sales' },
    rights: { lead: ['read', 'create', 'update', 'delete', 'import'] },
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
    usage: { seats: 1, records, storage_bytes: 0 },
    onboarding: { has_records: records > 0 },
  };
}

export function objectRoutes(state: MockState): MockRoute[] {
  return [
    route('GET /api/v1/me', ({ request }) => json(meBody(state, request.headers.get('X-Workspace') ?? ''))),
    route('GET /api/v1/objects', () => json({ data: [LEAD] })),
    route('GET /api/v1/members', () =>
      json({
        data: [
          { id: ME, name: state.account.name, email: state.account.email, role: 'admin', active: true },
          { id: '01900000-0000-7000-8000-0000000000a2', name: '李明', email: 'liming@example.com', role: 'sales', active: true },
        ],
      }),
    ),
  ];
}
