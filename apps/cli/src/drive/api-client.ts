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

/** Over a minute in all: longer than a restart of the platform takes. */
const MOST_ATTEMPTS = 12;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/** A busy or starting platform is asked again: with the same idempotency key the same command cannot happen twice. */
const WORTH_A_RETRY = new Set([429, 503]);

/** Asks a running platform, as one person or as anybody. */
export class ApiClient {
  constructor(
    readonly baseUrl: string,
    private readonly token?: TokenSource,
  ) {}

  as(token: TokenSource): ApiClient {
    return new ApiClient(this.baseUrl, token);
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
    let wait = FIRST_WAIT_MS;
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const response = await this.fetch(request, renewed).catch((error: unknown) => {
        if (attempt >= MOST_ATTEMPTS || !isRepeatable(request)) throw error;
        return undefined;
      });
      if (response !== undefined) {
        const body = await readBody(response);
        const { status, headers } = response;
        if (status < 400) return { status, headers, body: body as Body };
        if (status === 401 && this.token !== undefined && !renewed) {
          renewed = true;
          continue;
        }
        const isLast = attempt >= MOST_ATTEMPTS || !WORTH_A_RETRY.has(status);
        if (isLast) throw new ApiRefused(`${request.method} ${request.path}`, status, body as ProblemBody);
        wait = Math.max(wait, secondsToWait(headers) * 1000);
      }
      await sleep(Math.min(wait, LONGEST_WAIT_MS));
      wait *= 2;
    }
  }

  private async fetch({ method, path, body, headers = {} }: ApiRequest, renew: boolean): Promise<Response> {
    const isBytes = body instanceof Uint8Array;
    return await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(this.token !== undefined && { Authorization: `Bearer ${await this.token(renew)}` }),
        ...(body !== undefined && !isBytes && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
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
