import { randomBytes } from 'node:crypto';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenAPIObject } from '@nestjs/swagger';
import request, { type Response, type Test } from 'supertest';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Headers = Readonly<Record<string, string>>;

interface Documented {
  readonly template: string;
  readonly pattern: RegExp;
  readonly operations: Readonly<Record<string, { readonly responses?: Record<string, unknown> } | undefined>>;
}

const BODILESS = new Set([204, 304]);

export const drawKey = (): string => randomBytes(18).toString('base64url');

/**
 * Asks the interface, and checks every answer against its own document: the status is declared, the content type is,
 * and the body fits the schema. An answer that the document does not know fails the test that got it.
 */
export class Client {
  private constructor(
    private readonly baseUrl: string,
    readonly document: OpenAPIObject,
    private readonly validator: AnswerValidator,
    private readonly headers: Headers,
  ) {}

  static async open(baseUrl: string): Promise<Client> {
    const answer = await request(baseUrl).get('/openapi.json').expect(200);
    const document = answer.body as OpenAPIObject;
    return new Client(baseUrl, document, new AnswerValidator(document), {});
  }

  withHeaders(headers: Headers): Client {
    return new Client(this.baseUrl, this.document, this.validator, { ...this.headers, ...headers });
  }

  withToken(token: string, actingAs?: string): Client {
    return this.withHeaders({
      Authorization: `Bearer ${token}`,
      ...(actingAs === undefined ? {} : { 'Adit-Acting-As': actingAs }),
    });
  }

  /** The token by which this client is known. */
  get token(): string {
    return (this.headers['Authorization'] ?? '').replace('Bearer ', '');
  }

  async logIn(email: string, password: string): Promise<string> {
    const { body } = await this.post('/v1/sessions', { email, password }).then(expectStatus(201));
    return body.accessToken as string;
  }

  async get(path: string, headers: Headers = {}): Promise<Response> {
    return await this.send('get', path, (test) => test.set(headers));
  }

  async post(path: string, body?: unknown, headers: Headers = {}): Promise<Response> {
    return await this.send('post', path, (test) => test.set(headers).send(body as object | undefined));
  }

  async delete(path: string): Promise<Response> {
    return await this.send('delete', path, (test) => test);
  }

  /** A command with a key of its own, unless it brings one. */
  async command(path: string, body: unknown = {}, headers: Headers = {}): Promise<Response> {
    return await this.post(path, body, { 'Idempotency-Key': drawKey(), ...headers });
  }

  /** Whatever the test makes of it: for bodies that are not JSON. */
  async send(method: Method, path: string, prepare: (test: Test) => Test): Promise<Response> {
    const answer = await prepare(request(this.baseUrl)[method](path).set(this.headers)).ok(() => true);
    this.validator.validate(method, path, answer);
    return answer;
  }
}

/** Fails with the whole answer, which says more than two numbers. */
export function expectStatus(status: number): (answer: Response) => Response {
  return (answer) => {
    if (answer.status !== status) {
      throw new Error(`expected ${status}, got ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer;
  };
}

interface Body {
  readonly items?: readonly unknown[];
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly refusals?: readonly { readonly rule: string; readonly found: unknown }[];
}

const bodyOf = (answer: Response): Body => answer.body as Body;

/** The members of a list that was answered. */
export const itemsOf = <T>(answer: Response): readonly T[] => (bodyOf(answer).items ?? []) as readonly T[];

/** The faulty fields that an answer names, in its order. */
export const errorsOf = (answer: Response): NonNullable<Body['errors']> => bodyOf(answer).errors ?? [];

/** The rules that an answer says refused, in its order. */
export const refusalsOf = (answer: Response): NonNullable<Body['refusals']> => bodyOf(answer).refusals ?? [];

/** As much of an answer as is held against the document. */
export type Answered = Pick<Response, 'status' | 'body' | 'type' | 'text'> & {
  readonly headers: Readonly<Record<string, unknown>>;
};

/** Holds answers against the document; schemas are compiled once. */
export class AnswerValidator {
  private readonly ajv: Ajv2020;
  private readonly paths: readonly Documented[];
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(document: OpenAPIObject) {
    this.ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(this.ajv);
    this.ajv.addSchema(document, 'openapi');
    this.paths = Object.entries(document.paths)
      .map(([template, operations]) => ({ template, pattern: patternOf(template), operations: operations as never }))
      // A path in words is more particular than one with parameters.
      .sort((a, b) => countParameters(a.template) - countParameters(b.template));
  }

  /** @throws Error for a status, type or body that the document does not declare. */
  validate(method: Method, path: string, answer: Answered): void {
    const place = `${method.toUpperCase()} ${path} -> ${answer.status}`;
    const documented = this.findOperation(method, path);
    if (documented === undefined) {
      // There is nothing to declare about an address that does not exist, but errors have one form everywhere.
      if (answer.status >= 400) this.validateBody('#/components/schemas/Problem', place, answer);
      return;
    }
    const declared = documented.responses?.[String(answer.status)] as
      { content?: Record<string, { schema?: unknown }> } | undefined;
    if (declared === undefined) {
      throw new Error(`${place}: this status is not in the document: ${JSON.stringify(answer.body)}`);
    }
    if (BODILESS.has(answer.status)) return;
    const { 'content-type': given } = answer.headers;
    const type = typeof given === 'string' ? (given.split(';')[0] ?? '') : '';
    if (declared.content?.[type] === undefined) throw new Error(`${place}: ${type} is not in the document`);
    // Bytes of whatever kind: no schema says more of them.
    if ((declared.content[type].schema as { format?: string } | undefined)?.format === 'binary') return;
    const pointer = [
      'paths',
      documented.template,
      method,
      'responses',
      String(answer.status),
      'content',
      type,
      'schema',
    ];
    this.validateBody(`#/${pointer.map(escapePointer).join('/')}`, place, answer);
  }

  private findOperation(method: Method, path: string) {
    const bare = path.split('?', 1)[0] ?? '';
    for (const { template, pattern, operations } of this.paths) {
      const operation = operations[method];
      if (operation !== undefined && pattern.test(bare)) return { template, ...operation };
    }
    return undefined;
  }

  private validateBody(pointer: string, place: string, answer: Answered): void {
    const validate = this.compiled.get(pointer) ?? this.ajv.compile({ $ref: `openapi${pointer}` });
    this.compiled.set(pointer, validate);
    const body: unknown = answer.type === 'text/csv' ? answer.text : answer.body;
    if (validate(body)) return;
    const faults = this.ajv.errorsText(validate.errors, { separator: '\n  ' });
    throw new Error(`${place} does not fit the document:\n  ${faults}\n${JSON.stringify(body)}`);
  }
}

const countParameters = (template: string): number => template.split('{').length;

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`);
}

/** A JSON pointer inside of a URI. */
function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
