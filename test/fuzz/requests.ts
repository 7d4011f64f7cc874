import fc from 'fast-check';
import type { OpenAPIObject } from '@nestjs/swagger';
import { garbage, spoil } from './spoiling.js';
import { Values, type Components, type Pool, type Schema } from './values.js';

export interface Operation {
  /** `POST /v1/cases/{caseId}`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly body: { readonly type: string; readonly schema: Schema } | null;
  /** People who may, by the names of the demonstration; empty: whoever comes. */
  readonly people: readonly string[];
}

/** A request before it knows the token of its caller. */
export interface FuzzRequest {
  readonly operation: string;
  readonly caller: string | null;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** A request that was answered well while the stories were told: a body to begin from. */
export interface Seed {
  readonly operation: string;
  readonly caller: string | null;
  readonly path: string;
  readonly body: unknown;
}

export interface Ground {
  readonly document: OpenAPIObject;
  readonly operations: readonly Operation[];
  readonly callers: readonly string[];
  readonly pool: Pool;
  readonly seeds: readonly Seed[];
  /** Cases that hold what nobody may read yet: nothing may bring their opening nearer. */
  readonly sealed: ReadonlySet<string>;
}

const NO_CALLER = null;
/** Large and the same for everybody: once in a while is enough. */
const HEAVY = /^GET \/(v1\/(blocks|results|tranches|minerals|rules|rule-book|case-types)|openapi|docs|problems)/;
const KEY = fc.stringMatching(/^[a-z0-9]{20}$/);

type Intent = 'valid' | 'near' | 'garbage';
/** Each with its weight. */
const INTENTS = [
  ['valid', 3],
  ['near', 3],
  ['garbage', 1],
] as const satisfies readonly (readonly [Intent, number])[];

/** Requests made from the document: for every operation what fits it, what nearly does, and what does not at all. */
export function makeRequests(ground: Ground): fc.Arbitrary<FuzzRequest> {
  const values = new Values((ground.document.components?.schemas ?? {}) as Components, ground.pool);
  return fc.oneof(
    ...ground.operations.flatMap((operation) =>
      INTENTS.map(([intent, weight]) => ({
        weight: weight * (HEAVY.test(operation.name) ? 1 : 6),
        arbitrary: makeRequest(ground, values, operation, intent),
      })),
    ),
  );
}

function makeRequest(ground: Ground, values: Values, operation: Operation, intent: Intent): fc.Arbitrary<FuzzRequest> {
  const own = ground.seeds.filter((seed) => seed.operation === operation.name);
  const anyCaller = fc.constantFrom<string | null>(NO_CALLER, ...ground.callers);
  const fitting = operation.people.length === 0 ? anyCaller : fc.constantFrom<string | null>(...operation.people);
  const fromScratch = fc.record({
    caller: fc.oneof({ weight: intent === 'garbage' ? 1 : 4, arbitrary: fitting }, { weight: 1, arbitrary: anyCaller }),
    path: fc
      .tuple(makePath(ground, operation, intent), makeQuery(values, operation, intent))
      .map((parts) => parts.join('')),
    body: makeBody(values, operation, own, intent),
  });
  const told = own.map(({ caller, path, body }) => ({
    caller,
    path,
    body: body === undefined ? undefined : JSON.stringify(body),
  }));
  const start =
    told.length > 0 && intent === 'valid'
      ? fc.oneof({ weight: 1, arbitrary: fc.constantFrom(...told) }, { weight: 2, arbitrary: fromScratch })
      : fromScratch;
  return fc
    .record({ start, headers: makeHeaders(values, operation, intent), method: makeMethod(operation, intent) })
    .map(({ start: { caller, path, body }, headers, method }) => ({
      operation: operation.name,
      caller,
      method,
      path: keepSealed(ground, operation, path),
      headers: body === undefined && method === 'GET' ? withoutType(headers) : headers,
      body: method === 'GET' || method === 'HEAD' ? undefined : body,
    }));
}

/** The clocks and states of sealed cases stand still: other cases take the place of theirs. */
function keepSealed({ sealed }: Ground, { path }: Operation, address: string): string {
  if (!/advance-clock|set-aside|annul|open-/.test(path)) return address;
  return [...sealed].reduce((text, caseId) => text.replace(caseId, 'STALL-00000-00000'), address);
}

function withoutType(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { 'Content-Type': _, ...rest } = headers;
  return rest;
}

function makeMethod({ method }: Operation, intent: Intent): fc.Arbitrary<string> {
  if (intent !== 'garbage') return fc.constant(method);
  const others = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS');
  return fc.oneof({ weight: 6, arbitrary: fc.constant(method) }, { weight: 1, arbitrary: others });
}

const STRANGE_SEGMENTS = [
  'X-00000-00000',
  '%00',
  '%ff',
  '..',
  '%2e%2e',
  'a%2Fb',
  '💥',
  'null',
  '-1',
  '0',
  '1e9',
  'x'.repeat(250),
  '__proto__',
  "' or 1=1",
];

function makePath({ pool }: Ground, { path }: Operation, intent: Intent): fc.Arbitrary<string> {
  const plural = path.split('/')[2] ?? '';
  const parts = path.split('/').map((part): fc.Arbitrary<string> => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    const real = pool.get(`${plural}/{${name}}`) ?? pool.get(`{${name}}`) ?? ['X-00000-00000'];
    const known = fc.constantFrom(...real);
    if (intent === 'valid') return known;
    const strange = fc.oneof(
      fc.constantFrom(...STRANGE_SEGMENTS),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
    );
    return fc.oneof(
      { weight: intent === 'near' ? 8 : 1, arbitrary: known },
      { weight: 1, arbitrary: strange.map((text) => encode(text, intent === 'near')) },
    );
  });
  return fc.tuple(...parts).map((all) => all.join('/'));
}

/** As it may stand in an address: garbage also with escapes that are none. */
function encode(text: string, whole: boolean): string {
  const wellFormed = text.replaceAll(/\p{Surrogate}/gu, '?');
  if (whole) return encodeURIComponent(wellFormed);
  return [...wellFormed]
    .map((char) => (/[!-~]/.test(char) && !/[?#/]/.test(char) ? char : encodeURIComponent(char)))
    .join('');
}

function makeQuery(values: Values, { parameters }: Operation, intent: Intent): fc.Arbitrary<string> {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
  const pairs = known.map(({ name, required = false, schema = {} }) => {
    const pair = values.of(schema, name).map((value) => `${name}=${encode(text(value), true)}`);
    return required && intent === 'valid' ? pair : fc.option(pair, { freq: 2 });
  });
  const strange = fc.oneof(
    fc
      .tuple(
        fc.constantFrom('limit', 'cursor', 'x', '__proto__', 'type', ...known.map(({ name }) => name)),
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 20 }),
          fc.constantFrom('-1', '1e9', '', '[]', 'null', '9'.repeat(30)),
        ),
      )
      .map(([name, value]) => `${encode(name, true)}=${encode(value, true)}`),
    fc.constantFrom(
      '%',
      '%zz=1',
      '&&&',
      '=',
      'limit=1&limit=2',
      'limit[]=1',
      'x[y][z]=1',
      '%00=%00',
      `x=${'y'.repeat(3_000)}`,
    ),
  );
  const extra = intent === 'valid' ? fc.constant([]) : fc.array(strange, { maxLength: intent === 'near' ? 1 : 3 });
  return fc.tuple(fc.tuple(...pairs), extra).map(([fit, more]) => {
    const all = [...fit.filter((pair) => pair !== null), ...more];
    return all.length === 0 ? '' : `?${all.join('&')}`;
  });
}

function makeBody(
  values: Values,
  { body }: Operation,
  seeds: readonly Seed[],
  intent: Intent,
): fc.Arbitrary<string | undefined> {
  if (body === null) return intent === 'garbage' ? fc.option(garbage, { nil: undefined }) : fc.constant(undefined);
  if (body.type !== 'application/json') return fc.oneof(fc.constant('%PDF-1.7\n% fuzz\n%%EOF\n'), garbage);
  const told = seeds.map((seed) => seed.body ?? {});
  const made = values.of(body.schema);
  const base = told.length === 0 ? made : fc.oneof(made, fc.constantFrom<unknown>(...told));
  if (intent === 'valid') return base.map((value) => JSON.stringify(value) ?? '');
  return intent === 'near' ? spoil(base) : fc.oneof(garbage, spoil(base));
}

function makeHeaders(
  values: Values,
  { body, parameters, method }: Operation,
  intent: Intent,
): fc.Arbitrary<Record<string, string>> {
  const asked = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name);
  const type = body?.type ?? (method === 'POST' ? 'application/json' : undefined);
  const ifMatch = fc.constantFrom('"1"', '"2"', '*', '"x"', 'W/"1"', '', '"', '"99999999999"');
  const fit = fc.record(
    {
      ...(type !== undefined && { 'Content-Type': fc.constant(type) }),
      ...(asked.includes('Idempotency-Key') && {
        'Idempotency-Key': fc.oneof(
          { weight: 6, arbitrary: KEY },
          { weight: 1, arbitrary: fc.constantFrom('fuzz-key-that-is-used-again', 'fuzz-key-that-is-used-also') },
        ),
      }),
      ...(asked.includes('If-Match') && { 'If-Match': ifMatch }),
    },
    { noNullPrototype: true },
  );
  if (intent === 'valid') return fit.map((headers) => ({ ...headers }));
  const odd = fc.record(
    {
      'Content-Type': fc.constantFrom(
        '',
        'text/plain',
        'application/json; charset=utf-16',
        'multipart/form-data; boundary=x',
        'application/pdf',
        'application/json;',
        'x',
        'APPLICATION/JSON',
      ),
      'Idempotency-Key': fc.oneof(
        fc.constantFrom('', 'short', ' '.repeat(20), 'k'.repeat(201), 'k'.repeat(200), 'ünïcödé-key-0123456789'),
        fc.stringMatching(/^[ -~]{0,40}$/),
      ),
      'If-Match': ifMatch,
      'If-None-Match': fc.constantFrom('*', '"x", W/"y"', ',,,', '"'),
      Accept: fc.constantFrom('text/html', '*/*;q=0', 'application/xml', 'x', ''),
      Authorization: fc.constantFrom(
        '',
        'Bearer',
        'Bearer x',
        'Basic YTpi',
        'Bearer a.b.c',
        'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.',
        'Digest x',
      ),
      'Adit-Acting-As': fc.constantFrom(
        'central-officer',
        'approving-officer',
        'system',
        'public',
        '__proto__',
        '',
        'x'.repeat(300),
      ),
      Prefer: fc.constantFrom('return=minimal', 'return="minimal', 'x;;;,,'),
      'Content-Encoding': fc.constantFrom('gzip', 'identity', 'br', ''),
      'X-HTTP-Method-Override': fc.constantFrom('DELETE', 'GET'),
      'X-Forwarded-For': fc.constantFrom('10.0.0.1', 'x', '::1, 1.2.3.4'),
      Range: fc.constant('bytes=0-1'),
      Origin: fc.constant('https://elsewhere.example'),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  return fc.tuple(fit, odd, fc.nat(9)).map(([headers, strange, keep]) => {
    const entries = Object.entries(strange).filter((_, index) =>
      intent === 'garbage' ? (index + keep) % 3 === 0 : (index + keep) % 11 === 0,
    );
    return { ...headers, ...Object.fromEntries(entries) };
  });
}
