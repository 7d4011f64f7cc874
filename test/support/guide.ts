import type { Response } from 'supertest';
import type { Client } from './client.js';

type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

export interface Step {
  readonly title: string;
  /** What is to be learnt from it. */
  readonly text: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Who asks, as the token is named; nobody when it is left out. */
  readonly as?: { readonly name: string; readonly client: Client };
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which part of a long answer is shown; the rest is not what the step is about. */
  readonly show?: (body: never) => unknown;
  readonly expect: number;
}

const SHOWN_HEADERS = ['content-type', 'etag', 'idempotent-replayed', 'retry-after', 'link', 'allow'] as const;

/** Draws the like of which differ with every run; each is shown by what it is, and the same one by the same number. */
const PASSING: readonly (readonly [RegExp, string])[] = [
  [/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, 'token'],
  [/REHEARSAL-[A-Z]+-[0-9A-Z]{5}-[0-9A-Z]{5}/g, 'case'],
  [/\b[0-9a-f]{64}\b/g, 'sha-256'],
  [/\b[0-9a-f]{32}\b/g, 'hash'],
  [/\b[0-9a-hjkmnp-tv-z]{26}\b/g, 'id'],
  // Aliases are drawn anew for each round.
  [/\bBidder [A-Z]\b/g, 'alias'],
  [/urn:adit:request:[\w-]+/g, 'request'],
];
const OPAQUE_MEMBER = /^(?:id|\w+Id|next|refreshToken|commandKey|found)$/;
const OPAQUE = /^(?![a-z]+(?:-[a-z]+)*$)(?=.*[0-9a-z])[\w-]{11,}$/;
/** Members that tell the time of the wall, which in a rehearsal is not the time of the case. */
const WALL_CLOCK = /^(?:opened|changed|decided|signed|published|recorded|sessionExpires)At$/;

/**
 * Asks the interface step by step and writes down what was asked and answered. What differs from run to run is shown by
 * its kind, so that the page is the same whenever the interface is.
 */
export class Guide {
  private readonly lines: string[] = [];
  private readonly seen = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly anybody: Client,
    private readonly drawKey: () => string,
  ) {}

  say(text: string): void {
    this.lines.push(text, '');
  }

  async step({ title, text, method, path, as, body, headers = {}, show, expect, ...rest }: Step): Promise<Response> {
    const client = as?.client ?? this.anybody;
    const isCommand = method === 'POST' && as !== undefined;
    const key = headers['Idempotency-Key'] ?? this.drawKey();
    const sent = isCommand ? { ...headers, 'Idempotency-Key': key } : headers;
    const answer = method === 'GET' ? await client.get(path, sent) : await client.post(path, body, sent);
    if (answer.status !== expect) {
      throw new Error(`${title}: expected ${expect}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    const shown = show === undefined ? (answer.body as Json) : (show(answer.body as never) as Json);
    this.say(`### ${title}`);
    this.say(text);
    this.block([
      `${method} ${this.mask(path)}`,
      ...(as === undefined ? [] : [`Authorization: Bearer <token of ${as.name}>`]),
      ...Object.entries(sent).map(
        ([name, value]) => `${name}: ${name === 'Idempotency-Key' ? this.keyOf(value) : this.mask(value)}`,
      ),
      ...(body === undefined ? [] : ['Content-Type: application/json', '', this.write(body as Json)]),
    ]);
    this.block([
      `${answer.status}`,
      ...SHOWN_HEADERS.flatMap((name) => {
        const value = answer.headers[name];
        return value === undefined ? [] : [`${name}: ${this.maskHeader(name, value)}`];
      }),
      ...(answer.text === '' ? [] : ['', this.write(shown)]),
    ]);
    if (Object.keys(rest).length > 0) throw new Error('a step with unknown parts');
    return answer;
  }

  get page(): string {
    return `${this.lines.join('\n').trimEnd()}\n`;
  }

  private block(lines: readonly string[]): void {
    this.lines.push('```http', ...lines, '```', '');
  }

  private keyOf(key: string): string {
    return this.nameOf(key, 'key of your own');
  }

  private maskHeader(name: string, value: string): string {
    return name === 'etag' ? this.nameOf(value, 'version') : this.mask(value);
  }

  private write(body: Json): string {
    return JSON.stringify(this.maskAll(body, ''), null, 2);
  }

  private maskAll(value: Json, member: string): Json {
    if (Array.isArray(value)) return (value as readonly Json[]).map((each) => this.maskAll(each, member));
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.maskAll(each, name)]));
    }
    return typeof value === 'string' ? this.maskMember(value, member) : value;
  }

  private maskMember(value: string, member: string): string {
    if (WALL_CLOCK.test(member)) return '<instant>';
    const masked = this.mask(value);
    if (masked !== value) return masked;
    const isKnown = this.seen.has(value) || value.startsWith('PRACTICE-');
    if (isKnown || !OPAQUE_MEMBER.test(member) || !OPAQUE.test(value)) return this.seen.get(value) ?? value;
    return this.nameOf(value, member === 'id' ? 'id' : member.replace(/Id$/, ''));
  }

  private mask(text: string): string {
    let masked = text;
    for (const [value, name] of this.seen) masked = masked.replaceAll(value, name);
    for (const [pattern, kind] of PASSING) masked = masked.replaceAll(pattern, (match) => this.nameOf(match, kind));
    return masked;
  }

  private nameOf(value: string, kind: string): string {
    const known = this.seen.get(value);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    const name = `<${kind} ${count}>`;
    this.seen.set(value, name);
    return name;
  }
}
