import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Refusal } from '#case-kit';

/** The body of an error answer (RFC 9457) with what this interface adds to it. */
export interface ProblemBody {
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly refusals?: readonly Refusal[];
  readonly [extension: string]: unknown;
}

/** The interface said no. Carries the whole problem; the message names the rules that refused, or the faulty fields. */
export class ApiRefused extends Error {
  override readonly name = 'ApiRefused';

  constructor(
    readonly request: string,
    readonly status: number,
    readonly problem: ProblemBody,
  ) {
    const refusals = (problem.refusals ?? []).map(({ rule, found, required }) => {
      return `${rule} (found ${JSON.stringify(found)}, required ${JSON.stringify(required)})`;
    });
    const errors = (problem.errors ?? []).map(({ field, message }) => `${field}: ${message}`);
    const reasons = [...refusals, ...errors].join('; ');
    super(`${request} was answered ${status}: ${problem.detail ?? problem.title ?? ''} ${reasons}`.trim());
  }

  /** What a rule of this name found, when it is among those that refused. */
  findRefusal(rule: string): Refusal | undefined {
    return (this.problem.refusals ?? []).find((refusal) => refusal.rule === rule);
  }
}

export interface ApiAnswer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Sent as JSON, or as it is when it is bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Gives the token to send; `renew` after it was found to have expired. */
export type TokenSource = (renew: boolean) => Promise<string>;

/** How long somebody goes on asking. */
export interface Patience {
  readonly mostAttempts: number;
  readonly firstWaitMs: number;
  /** Also the longest that a `Retry-After` is obeyed. */
  readonly longestWaitMs: number;
  /** After so long without an answer nobody will answer any more. */
  readonly giveUpMs: number;
  /** Whether the same request may be answered otherwise the next time. */
  readonly isWorthARetry: (status: number) => boolean;
}

/**
 * Over a minute in all: longer than a restart of the platform takes. A busy or starting platform is asked again: with
 * the same idempotency key the same command cannot happen twice.
 */
const PATIENCE: Patience = {
  mostAttempts: 12,
  firstWaitMs: 250,
  longestWaitMs: 10_000,
  giveUpMs: 300_000,
  isWorthARetry: (status) => status === 429 || status === 503,
};

/** Asks a running platform, as one person or as anybody. */
export class ApiClient {
  private readonly doors: readonly string[];

  /** Of several doors to one platform each is tried when the one before it has not served. */
  constructor(
    doors: string | readonly string[],
    private readonly token?: TokenSource,
    private readonly patience: Patience = PATIENCE,
  ) {
    this.doors = typeof doors === 'string' ? [doors] : doors;
  }

  /** The first of its doors. */
  get baseUrl(): string {
    return this.doors[0] ?? '';
  }

  as(token: TokenSource): ApiClient {
    return new ApiClient(this.doors, token, this.patience);
  }

  async get<Body>(path: string): Promise<Body> {
    return (await this.send<Body>({ method: 'GET', path })).body;
  }

  async post<Body>(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Body> {
    return (await this.send<Body>({ method: 'POST', path, body, headers })).body;
  }

  /** A command, with an idempotency key of its own. */
  async command<Body>(path: string, body: unknown = {}): Promise<Body> {
    return await this.post<Body>(path, body, { 'Idempotency-Key': randomBytes(18).toString('base64url') });
  }

  /**
   * Sends a request, again when the platform is busy, starting or out of reach, until it is answered.
   *
   * @throws ApiRefused for an answer from 400 on. @throws TypeError (from `fetch`) when nobody answers at all.
   */
  async send<Body>(request: ApiRequest): Promise<ApiAnswer<Body>> {
    const { mostAttempts, firstWaitMs, longestWaitMs, isWorthARetry } = this.patience;
    let wait = firstWaitMs;
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const door = this.doors[(attempt - 1) % this.doors.length] ?? '';
      const answer = await this.fetch(door, request, renewed).catch((error: unknown) => {
        // A log-in that was refused is an answer, and not one of the network.
        if (error instanceof ApiRefused || attempt >= mostAttempts || !isRepeatable(request)) throw error;
        return undefined;
      });
      if (answer !== undefined) {
        const { status, headers, body } = answer;
        if (status < 400) return { status, headers, body: body as Body };
        if (status === 401 && this.token !== undefined && !renewed) {
          renewed = true;
          continue;
        }
        const isLast = attempt >= mostAttempts || !isWorthARetry(status);
        if (isLast) throw new ApiRefused(`${request.method} ${request.path}`, status, body as ProblemBody);
        wait = Math.max(wait, secondsToWait(headers) * 1000);
      }
      await sleep(Math.min(wait, longestWaitMs));
      wait *= 2;
    }
  }

  /** An answer that was cut off in the middle is none. */
  private async fetch(
    door: string,
    { method, path, body, headers = {} }: ApiRequest,
    renew: boolean,
  ): Promise<ApiAnswer<unknown>> {
    const isBytes = body instanceof Uint8Array;
    const response = await fetch(`${door}${path}`, {
      method,
      signal: AbortSignal.timeout(this.patience.giveUpMs),
      headers: {
        ...(this.token !== undefined && { Authorization: `Bearer ${await this.token(renew)}` }),
        ...(body !== undefined && !isBytes && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await readBody(response) };
  }
}

/** Whether it does no harm to send it again, not knowing whether it arrived. */
function isRepeatable({ method, headers = {} }: ApiRequest): boolean {
  return method !== 'POST' || 'Idempotency-Key' in headers;
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Somebody between us and the platform has answered.
    return { detail: text.slice(0, 200) };
  }
}

function secondsToWait(headers: Headers): number {
  const seconds = Number(headers.get('Retry-After') ?? '0');
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}
