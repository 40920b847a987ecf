/** A refused request of the mock; becomes a problem+json response. */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, extra: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
    super(code);
    this.status = status;
    this.code = code;
    this.extra = extra;
    this.headers = headers;
  }
}

/** A JSON object of which nothing is known; `text(body.name)` reads a string. */
export type Json = Record<string, unknown>;

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export interface Call {
  request: Request;
  url: URL;
  params: Record<string, string>;
  json: () => Promise<Json>;
}

export type Handler = (call: Call) => Promise<Response> | Response;

export interface MockRoute {
  method: string;
  pattern: RegExp;
  handler: Handler;
}

/** `route('GET /api/v1/leads/:id', handler)` */
export function route(signature: string, handler: Handler): MockRoute {
  const [method = '', path = ''] = signature.split(' ');
  const pattern = new RegExp(`^${path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
  return { method, pattern, handler };
}

export function json(data: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(data), { status, headers: { 'Content-Type': 'application/json', ...headers } });
}

export function empty(): Response {
  return new Response(null, { status: 204 });
}

export function refusal(error: Refused): Response {
  const body = {
    type: `/problems/${error.code.replaceAll('_', '-')}`,
    title: error.code,
    status: error.status,
    detail: `refused: ${error.code}`,
    code: error.code,
    request_id: 'mock-request',
    ...error.extra,
  };
  return new Response(JSON.stringify(body), {
    status: error.status,
    headers: { 'Content-Type': 'application/problem+json', ...error.headers },
  });
}

/** A 422 with one error for each `[pointer, code]`. */
export function invalid(...errors: [pointer: string, code: string, params?: Record<string, string | number>][]): Refused {
  return new Refused(422, 'validation_failed', {
    errors: errors.map(([pointer, code, params = {}]) => ({ pointer, code, detail: code, params })),
  });
}
