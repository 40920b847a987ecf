import type { Lead, LeadRating, LeadStatus } from '../src/api/types.ts';

const PEOPLE = ['Amina Okafor', '张伟', 'Björn Åkesson', '王秀英', 'Siobhán Ní Dhomhnaill', 'Carlos Mendoza', '陈静', 'Maximilian Schwarzenberg-Hohenfels'];
const COMPANIES = ['Nordlicht Maschinenbau GmbH', '深圳市华信科技有限公司', 'Café São Bento', 'Tanaka Precision K.K.', 'Old Mill Bakery', '上海东方国际贸易集团股份有限公司', ''];
const CITIES = ['Hamburg', '深圳', 'Porto', 'Osaka', 'Leeds', '上海', ''];
const TITLES = ['Head of Purchasing', '采购经理', 'Owner', 'Geschäftsführerin'];
const OWNERS = ['01900000-0000-7000-8000-0000000000a1', '01900000-0000-7000-8000-0000000000a2', null];
const SOURCES = ['fair', 'web', 'referral', 'lost_customers', 'influencers', 'cooperating_units'];
const STATUSES: LeadStatus[] = ['new', 'new', 'working', 'qualified', 'unqualified', 'converted'];
const RATINGS: (LeadRating | null)[] = ['hot', 'warm', 'cold', null];

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}

export function makeLead(id: string, values: Partial<Lead>, at = new Date()): Lead {
  const lead: Lead = {
    id,
    version: 1,
    display_name: '',
    name: null,
    company: null,
    title: null,
    emails: [],
    phones: [],
    street: null,
    city: null,
    region: null,
    postal_code: null,
    country: null,
    website: null,
    source: null,
    status: 'new',
    unqualified_reason: null,
    qualification_state: null,
    qualification_reason: null,
    rating: null,
    owner_id: null,
    expected_value: null,
    external_ids: [],
    tags: [],
    notes: null,
    next_step: null,
    next_step_on: null,
    import_id: null,
    created_at: at.toISOString(),
    created_by_id: null,
    updated_at: at.toISOString(),
    updated_by_id: null,
    ...values,
  };
  const fallbacks = [lead.name, lead.company, lead.emails[0], lead.phones[0], lead.external_ids[0]?.value];
  return { ...lead, display_name: fallbacks.find(Boolean) ?? '' };
}

/** Real-looking leads: long names, Chinese names, empty fields. */
export function makeLeads(count: number): Lead[] {
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => {
    const bare = index % 11 === 10;
    return makeLead(
      `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      {
        name: bare ? null : `${pick(PEOPLE, index)}${index > 40 ? ` ${index}` : ''}`,
        company: bare ? null : pick(COMPANIES, index * 3) || null,
        emails: index % 4 === 3 ? [] : [`person${index}@example.com`],
        phones: index % 3 === 2 ? [] : [`+4940555${String(index).padStart(4, '0')}`],
        title: index % 3 === 1 ? pick(TITLES, index) : null,
        city: pick(CITIES, index) || null,
        owner_id: pick(OWNERS, index),
        next_step: index % 4 === 1 ? 'Send the offer' : null,
        next_step_on: index % 4 === 1 ? new Date(now + ((index % 30) - 8) * 86_400_000).toISOString().slice(0, 10) : null,
        source: pick(SOURCES, index),
        status: pick(STATUSES, index),
        rating: pick(RATINGS, index),
        expected_value: index % 2 ? { amount_minor: 125_000 * (index + 1), currency: index % 3 ? 'EUR' : 'CNY' } : null,
        external_ids: bare ? [{ system: 'olist', value: `mql-${index}` }] : [],
        tags: index % 5 === 0 ? ['trade fair', '重点'] : [],
      },
      new Date(now - index * 3_700_000),
    );
  });
}
