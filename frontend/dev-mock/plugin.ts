import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Connect, Plugin } from 'vite';
import { makeLeads } from './data.ts';
import { MockServer } from './server.ts';
import { ACME } from './state.ts';

function toRequest(incoming: IncomingMessage): Request {
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) if (value !== undefined) headers.set(name, String(value));
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  const body = hasBody ? (Readable.toWeb(incoming) as ReadableStream) : null;
  return new Request(url, { method: incoming.method ?? 'GET', headers, body, duplex: 'half' } as RequestInit);
}

async function answer(server: MockServer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const response = await server.handle(toRequest(incoming));
  outgoing.statusCode = response.status;
  response.headers.forEach((value, name) => outgoing.setHeader(name, value));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

const POLICY =
  "default-src 'self'; script-src 'self' 'nonce-NONCE'; style-src 'self' 'nonce-NONCE'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

/** Serve the built page for every address as the real server does: nonce filled in, strict policy sent. */
function servePage(app: Connect.Server): void {
  app.use((incoming, outgoing, next) => {
    const path = (incoming.url ?? '/').split('?')[0] ?? '/';
    if (path.startsWith('/assets/')) {
      next();
      return;
    }
    const nonce = randomBytes(16).toString('base64url');
    outgoing.setHeader('Content-Type', 'text/html; charset=utf-8');
    outgoing.setHeader('Content-Security-Policy', POLICY.replaceAll('NONCE', nonce));
    outgoing.end(readFileSync('dist/index.html', 'utf8').replaceAll('__CSP_NONCE__', nonce));
  });
}

/** Answers /api in development while there is no server; never part of the build. `MOCK_LEADS=20000` fills the list. */
export function devMock(): Plugin {
  const server = new MockServer();
  const count = Number(process.env.MOCK_LEADS ?? 0);
  if (count > 0) server.state.leads.set(ACME, makeLeads(count));
  const use = (app: Connect.Server): void => {
    app.use((incoming, outgoing, next) => {
      if (incoming.url?.startsWith('/api/')) void answer(server, incoming, outgoing);
      else next();
    });
  };
  return {
    name: 'crm-dev-mock',
    configureServer: (vite) => use(vite.middlewares),
    configurePreviewServer: (vite) => {
      use(vite.middlewares);
      servePage(vite.middlewares);
    },
  };
}
