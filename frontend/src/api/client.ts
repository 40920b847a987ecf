import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './paths';
import { apiFetch } from './transport';

export type ApiClient = Client<paths>;

function build(headers: Record<string, string>): ApiClient {
  return createClient<paths>({ baseUrl: window.location.origin, fetch: apiFetch, headers });
}

/** Calls about the person and their sessions: `/api/session/...`. */
export const sessionApi: ApiClient = build({});

const perWorkspace = new Map<string, ApiClient>();

/** The client of one workspace: every call carries its id, so two tabs can never mix workspaces. */
export function workspaceApi(workspaceId: string): ApiClient {
  const known = perWorkspace.get(workspaceId);
  if (known) return known;
  const client = build({ 'X-Workspace': workspaceId });
  perWorkspace.set(workspaceId, client);
  return client;
}

/** The body of a call that succeeded. Refusals were thrown before, so a missing body is a server fault. */
export async function body<T>(call: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data, response } = await call;
  if (data === undefined && response.status !== 204) throw new Error(`empty answer from ${response.url}`);
  return data as T;
}

/** The body with its version tag, for records that are changed with `If-Match`. */
export async function bodyWithTag<T>(call: Promise<{ data?: T; response: Response }>): Promise<{ data: T; etag: string | null }> {
  const result = await call;
  return { data: await body(Promise.resolve(result)), etag: result.response.headers.get('ETag') };
}
