import type { Lead, Money } from '../src/api/types.ts';

interface Leaf {
  field: string;
  op: string;
  value?: unknown;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function plain(value: unknown): string | number {
  if (typeof value === 'number') return value;
  if (typeof value === 'object' && value !== null && 'amount_minor' in value) return (value as Money).amount_minor;
  return typeof value === 'string' ? value.toLowerCase() : JSON.stringify(value);
}

function order(left: unknown, right: unknown): number {
  const [a, b] = [plain(left), plain(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function has(value: unknown, asked: unknown): boolean {
  const wanted = JSON.stringify(Array.isArray(asked) ? (asked as unknown[])[0] : asked).toLowerCase();
  return Array.isArray(value) && value.some((item) => JSON.stringify(item).toLowerCase() === wanted);
}

/** One condition of the filter language, near enough for development and tests of the client. */
export function holds(lead: Lead, { field, op, value: asked }: Leaf): boolean {
  const value = lead[field as keyof Lead];
  const many = Array.isArray(asked) ? (asked as unknown[]) : [asked];
  switch (op) {
    case 'is_empty':
      return isEmpty(value);
    case 'is_not_empty':
      return !isEmpty(value);
    case 'has':
      return has(value, asked);
    case 'ne':
      return isEmpty(value) || order(value, asked) !== 0;
    case 'in':
      return many.some((each) => !isEmpty(value) && order(value, each) === 0);
    case 'not_in':
      return !many.some((each) => !isEmpty(value) && order(value, each) === 0);
  }
  if (isEmpty(value)) return false;
  switch (op) {
    case 'contains':
      return String(plain(value)).includes(String(plain(asked)));
    case 'starts_with':
      return String(plain(value)).startsWith(String(plain(asked)));
    case 'lt':
      return order(value, asked) < 0;
    case 'lte':
      return order(value, asked) <= 0;
    case 'gt':
      return order(value, asked) > 0;
    case 'gte':
      return order(value, asked) >= 0;
    case 'between':
      return order(value, many[0]) >= 0 && order(value, many[1]) <= 0;
    default:
      return order(value, asked) === 0;
  }
}

type Node = Leaf | { all: Node[] } | { any: Node[] } | { not: Node };

/** A whole filter: groups and what must not hold. */
export function matches(lead: Lead, node: Node): boolean {
  if ('all' in node) return node.all.every((part) => matches(lead, part));
  if ('any' in node) return node.any.some((part) => matches(lead, part));
  return 'not' in node ? !matches(lead, node.not) : holds(lead, node);
}

export function filterOf(query: URLSearchParams): Node {
  const given = query.get('filter');
  const parts = given ? [JSON.parse(given) as Node] : [];
  const status = query.get('status');
  return { all: status ? [...parts, { field: 'status', op: 'eq', value: status }] : parts };
}

interface Told {
  pointer: string;
  holds: boolean;
  [part: string]: unknown;
}

/** What the server says of each condition for one lead. */
export function explain(lead: Lead, node: Node, pointer = ''): Told {
  const holdsHere = matches(lead, node);
  if ('field' in node)
    return { pointer, holds: holdsHere, field: node.field, op: node.op, value: lead[node.field as keyof Lead] };
  if ('not' in node) return { pointer, holds: holdsHere, not: explain(lead, node.not, `${pointer}/not`) };
  const kind = 'all' in node ? 'all' : 'any';
  const parts = 'all' in node ? node.all : node.any;
  return { pointer, holds: holdsHere, [kind]: parts.map((part, at) => explain(lead, part, `${pointer}/${kind}/${at}`)) };
}
