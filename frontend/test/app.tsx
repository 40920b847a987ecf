import { render } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { vi } from 'vitest';
import { App } from '@/app/App';
import { startI18n } from '@/shared/i18n';
import type { Language } from '@/api/types';
import { MockServer } from '../dev-mock/server';

interface Options {
  language?: Language;
  /** Start as the signed-in person of the mock. */
  signedIn?: boolean;
  prepare?: (server: MockServer) => void;
}

/** The server in memory takes the place of the network; everything above `fetch` is real. */
export function connect(server = new MockServer()): MockServer {
  vi.stubGlobal('fetch', (request: Request) => server.handle(request));
  return server;
}

/** Open the real application at an address. */
export async function openApp(path: string, options: Options = {}): Promise<{ server: MockServer; user: UserEvent }> {
  const server = connect();
  if (options.signedIn) server.state.user = server.state.account;
  options.prepare?.(server);
  window.history.replaceState(null, '', path);
  await startI18n(options.language ?? 'en');
  render(<App />);
  return { server, user: userEvent.setup({ delay: null }) };
}

/** Fill a field at once; `user.type` is for tests about typing. */
export async function fillIn(user: UserEvent, field: HTMLElement, text: string): Promise<void> {
  await user.clear(field);
  await user.click(field);
  await user.paste(text);
}

/** The last request sent to a path. */
export function lastRequest(server: MockServer, method: string, path: string): Request {
  const found = server.requests.findLast((request) => request.method === method && new URL(request.url).pathname === path);
  if (!found) throw new Error(`no ${method} ${path} was sent`);
  return found;
}
