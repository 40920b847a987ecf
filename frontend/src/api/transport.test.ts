import { afterEach, describe, expect, it, vi } from 'vitest';
import { ACME } from '../../dev-mock/state';
import { connect, lastRequest } from '../../test/app';
import { body, sessionApi, workspaceApi } from './client';
import { ApiProblem, ConnectionProblem } from './problem';
import { onSessionLost, setCsrfToken } from './transport';

const LEADS = '/api/v1/leads';
const NAME = 'Yusuf Demir';
const create = () => body(workspaceApi(ACME).POST(LEADS, { body: { name: NAME } }));

function signedIn() {
  const server = connect();
  server.state.user = server.state.account;
  setCsrfToken(server.state.csrfToken);
  return server;
}

describe('the API client', () => {
  afterEach(() => {
    onSessionLost(null);
    vi.unstubAllGlobals();
  });

  it('sends the CSRF token with a mutation and not with a read', async () => {
    const server = signedIn();
    await create();
    await body(workspaceApi(ACME).GET(LEADS));
    expect(lastRequest(server, 'POST', LEADS).headers.get('X-CSRF-Token')).toBe(server.state.csrfToken);
    expect(lastRequest(server, 'GET', LEADS).headers.has('X-CSRF-Token')).toBe(false);
  });

  it('names the workspace in every workspace call and in no session call', async () => {
    const server = signedIn();
    await create();
    await body(sessionApi.GET('/api/session'));
    expect(lastRequest(server, 'POST', LEADS).headers.get('X-Workspace')).toBe(ACME);
    expect(lastRequest(server, 'GET', '/api/session').headers.has('X-Workspace')).toBe(false);
  });

  it('fetches a new token and repeats the call with its body when the token is stale', async () => {
    const server = signedIn();
    setCsrfToken('stale');
    expect((await create()).display_name).toBe(NAME);
    expect(server.requests.filter((request) => request.method === 'POST')).toHaveLength(2);
  });

  it('waits for a new sign-in when the session is gone, then repeats the call', async () => {
    const server = signedIn();
    server.state.user = null;
    let asked = 0;
    onSessionLost(() => {
      asked += 1;
      server.state.user = server.state.account;
      return Promise.resolve();
    });
    expect((await create()).display_name).toBe(NAME);
    expect(asked).toBe(1);
  });

  it('fails when the person does not sign in again', async () => {
    const server = signedIn();
    server.state.user = null;
    onSessionLost(() => Promise.reject(new Error('signed out')));
    await expect(create()).rejects.toThrow('signed out');
    expect(server.state.leadsOf(ACME).some(({ name }) => name === NAME)).toBe(false);
  });

  it('throws the problem with its code, fields and waiting time', async () => {
    signedIn();
    const refused = await body(workspaceApi(ACME).POST(LEADS, { body: { emails: ['x'] } })).catch((e: unknown) => e);
    expect(refused).toBeInstanceOf(ApiProblem);
    expect((refused as ApiProblem).errors[0]?.pointer).toBe('/emails/0');
    const limited = await body(
      sessionApi.POST('/api/session/sign-in', { body: { email: 'a@b.c', password: 'too many' } }),
    ).catch((e: unknown) => e);
    expect(limited).toMatchObject({ code: 'rate_limited', retryAfter: 60 });
  });

  it('tells a lost connection from a refusal', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(create()).rejects.toBeInstanceOf(ConnectionProblem);
  });

  it('makes a problem of an answer that is not ours', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 })));
    await expect(create()).rejects.toMatchObject({ code: 'http_502', status: 502 });
  });
});
