import { body } from '@/api/client';
import type {
  Comment,
  CountedPage,
  Duplicate,
  Explanation,
  Followers,
  HistoryPage,
  ObjectType,
  Totals,
} from '@/api/types';
import type { Workspace } from '@/shared/workspace/workspace';
import type { Filter } from '../model/filters';
import type { RecordData, Values } from '../model/record';

export interface ListQuery {
  q?: string;
  /** The filter document as JSON. */
  filter?: string;
  sort?: string;
  cursor?: string;
  limit?: number;
  count?: 1;
  /** Names of members, with commas; all without it. */
  fields?: string;
}

export interface RecordsApi {
  list: (query: ListQuery, signal?: AbortSignal) => Promise<CountedPage<RecordData>>;
  read: (id: string, signal?: AbortSignal) => Promise<RecordData>;
  create: (values: Values, allowDuplicates: boolean) => Promise<RecordData>;
  /** Refused with 412 when the record is no longer at `version`. */
  change: (id: string, version: number, values: Values) => Promise<RecordData>;
  remove: (id: string, version: number) => Promise<void>;
  restore: (id: string) => Promise<RecordData>;
  /** Also tells what is new since one last looked. */
  history: (id: string, cursor: string | undefined, signal?: AbortSignal) => Promise<HistoryPage>;
  /** Note that one has looked at the history up to an event. */
  seen: (id: string, eventId: string) => Promise<void>;
  followers: (id: string, signal?: AbortSignal) => Promise<Followers>;
  follow: (id: string, following: boolean) => Promise<Followers>;
  /** Say something about a record; `<@id>` mentions a member. Sent again with the same key it is said once. */
  say: (id: string, text: string, key: string) => Promise<Comment>;
  /** Refused with 412 when the comment is no longer at its version. */
  sayAgain: (id: string, comment: Comment, text: string) => Promise<Comment>;
  unsay: (id: string, comment: Comment) => Promise<void>;
  /** Which conditions of a filter hold for a record. */
  explain: (id: string, filter: Filter, signal?: AbortSignal) => Promise<Explanation>;
  /** What a list adds up to, by the values of a field. */
  totals: (query: { by: string; q?: string; filter?: string }, signal?: AbortSignal) => Promise<Totals>;
  duplicates: (query: { email?: string; phone?: string; exclude?: string }, signal?: AbortSignal) => Promise<Duplicate[]>;
}

/**
 * The calls that every object answers in the same way. The paths of leads lend their types: the address is made of the
 * object's plural, and what is known of a record is `RecordData`.
 */
export function recordsApi(workspace: Workspace, object: ObjectType): RecordsApi {
  const { api } = workspace;
  const all = `/api/v1/${object.plural}` as '/api/v1/leads';
  const one = `${all}/{id}` as const;
  const record = async (call: Promise<{ data?: unknown; response: Response }>) => (await body(call)) as RecordData;
  const at = (id: string, version: number) => ({ path: { id }, header: { 'If-Match': `"${version}"` } });
  return {
    list: async (query, signal) => {
      // What can be sorted and filtered by is known from the description of the object, not from the types of leads.
      const asked: Pick<ListQuery, 'q'> = query;
      return body(api.GET(all, { params: { query: asked }, signal }));
    },
    read: (id, signal) => record(api.GET(one, { params: { path: { id } }, signal })),
    create: (values, allowDuplicates) =>
      record(api.POST(all, { params: { query: allowDuplicates ? { allow_duplicates: true } : {} }, body: values })),
    change: (id, version, values) => record(api.PATCH(one, { params: at(id, version), body: values })),
    remove: (id, version) => body(api.DELETE(one, { params: at(id, version) })),
    restore: (id) => record(api.POST(`${one}/restore`, { params: { path: { id } } })),
    history: (id, cursor, signal) => {
      const query = { since: 'last' as const, ...(cursor === undefined ? {} : { cursor }) };
      return body(api.GET(`${one}/history`, { params: { path: { id }, query }, signal }));
    },
    seen: (id, eventId) => body(api.POST(`${one}/seen`, { params: { path: { id } }, body: { event_id: eventId } })),
    followers: (id, signal) => body(api.GET(`${one}/followers`, { params: { path: { id } }, signal })),
    follow: (id, following) =>
      body(following ? api.POST(`${one}/followers`, { params: { path: { id } } }) : api.DELETE(`${one}/followers`, { params: { path: { id } } })),
    say: (id, text, key) =>
      body(
        api.POST(`${one}/comments`, {
          params: { path: { id }, header: { 'Idempotency-Key': key } },
          body: { body: text },
        }),
      ),
    sayAgain: (id, { id: comment, version }, text) =>
      body(
        api.PATCH(`${one}/comments/{comment}`, {
          params: { path: { id, comment }, header: { 'If-Match': `"${version}"` } },
          body: { body: text },
        }),
      ),
    unsay: (id, { id: comment }) => body(api.DELETE(`${one}/comments/{comment}`, { params: { path: { id, comment } } })),
    explain: (id, filter, signal) =>
      body(api.POST(`${one}/explain`, { params: { path: { id } }, body: { filter: filter as never }, signal })),
    totals: (query, signal) => body(api.GET(`${all}/totals`, { params: { query: query as { by: 'status' } }, signal })),
    duplicates: async (query, signal) => (await body(api.GET(`${all}/duplicates`, { params: { query }, signal }))).data,
  };
}
