/** One field of a refused request; `pointer` is a JSON pointer into the body that was sent. */
export interface FieldProblem {
  pointer: string;
  code: string;
  detail: string;
  params?: Record<string, unknown>;
}

/** An `application/problem+json` body (RFC 9457) with our extensions. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id?: string;
  errors?: FieldProblem[];
  [extra: string]: unknown;
}

/** Thrown by every API call that the server refuses. */
export class ApiProblem extends Error {
  readonly body: ProblemBody;
  /** Seconds the server asks us to wait (`Retry-After`), if it does. */
  readonly retryAfter: number | null;

  constructor(body: ProblemBody, retryAfter: number | null = null) {
    super(body.detail || body.title);
    this.name = 'ApiProblem';
    this.body = body;
    this.retryAfter = retryAfter;
  }

  get status(): number {
    return this.body.status;
  }

  get code(): string {
    return this.body.code;
  }

  get errors(): FieldProblem[] {
    return this.body.errors ?? [];
  }
}

/** Thrown when no answer came at all: the network or the server is away. */
export class ConnectionProblem extends Error {
  constructor(cause: unknown) {
    super('connection', { cause });
    this.name = 'ConnectionProblem';
  }
}

export function isProblem(error: unknown, code?: string): error is ApiProblem {
  return error instanceof ApiProblem && (code === undefined || error.code === code);
}

/** Build the error for a refused response, also when a proxy answered with something that is not ours. */
export async function problemFrom(response: Response): Promise<ApiProblem> {
  const after = Number(response.headers.get('Retry-After'));
  const retryAfter = Number.isFinite(after) && after > 0 ? after : null;
  const isJson = response.headers.get('Content-Type')?.includes('json') ?? false;
  const parsed: unknown = isJson ? await response.json().catch(() => null) : null;
  const given = typeof parsed === 'object' && parsed !== null ? (parsed as Partial<ProblemBody>) : {};
  return new ApiProblem(
    {
      ...given,
      type: given.type ?? 'about:blank',
      title: given.title ?? response.statusText,
      status: response.status,
      detail: given.detail ?? '',
      code: given.code ?? `http_${response.status}`,
    },
    retryAfter,
  );
}
