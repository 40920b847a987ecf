import { ApiProblem, ConnectionProblem, problemFrom } from './problem';

const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const SESSION_PATH = '/api/session';

let csrfToken = '';
let signInAgain: (() => Promise<void>) | null = null;
let proveAgain: (() => Promise<boolean>) | null = null;

/** Remember the token of the current session; every mutation sends it. */
export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/**
 * Called when a workspace call finds the session gone. It resolves after the same person has signed in
 * again (the call is then repeated) or rejects when they give up.
 */
export function onSessionLost(handler: (() => Promise<void>) | null): void {
  signInAgain = handler;
}

/**
 * Called when a change needs a recent proof of who one is. It resolves to true after the proof (the call is then
 * repeated), to false when the person gives up.
 */
export function onProofNeeded(handler: (() => Promise<boolean>) | null): void {
  proveAgain = handler;
}

function isSessionCall(request: Request): boolean {
  return new URL(request.url).pathname.startsWith(SESSION_PATH);
}

async function attempt(request: Request): Promise<Response> {
  if (UNSAFE.has(request.method)) request.headers.set('X-CSRF-Token', csrfToken);
  try {
    return await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ConnectionProblem(error);
  }
}

/** Ask for the token of the session as it is now; true if somebody is signed in. */
async function refreshCsrfToken(): Promise<boolean> {
  const response = await fetch(new Request(new URL(SESSION_PATH, window.location.origin)));
  if (!response.ok) throw await problemFrom(response);
  const body = (await response.json()) as { csrf_token: string; user: unknown };
  setCsrfToken(body.csrf_token);
  return body.user !== null;
}

/** `fetch` for our own API: CSRF header, one repeat after a stale token or a lost session, problems thrown. */
export async function apiFetch(request: Request): Promise<Response> {
  const spare = request.clone();
  let response = await attempt(request);
  if (response.ok || response.status === 304) return response;
  let problem = await problemFrom(response);
  if (problem.status === 401 && signInAgain && !isSessionCall(request)) {
    // The session may have got a new token while this call was under way.
    if (!(await refreshCsrfToken())) await signInAgain();
  } else if (problem.code === 'reauthentication_required' && proveAgain) {
    if (!(await proveAgain())) throw problem;
  }
  else if (isStaleToken(problem)) await refreshCsrfToken();
  else throw problem;
  response = await attempt(spare);
  if (response.ok) return response;
  problem = await problemFrom(response);
  throw problem;
}

function isStaleToken(problem: ApiProblem): boolean {
  return (problem.status === 403 || problem.status === 400) && problem.code.startsWith('csrf');
}

/** Headers for the rare call that cannot go through `fetch`, such as an upload that shows its progress. */
export function mutationHeaders(workspaceId: string): Record<string, string> {
  return { 'X-CSRF-Token': csrfToken, 'X-Workspace': workspaceId };
}
