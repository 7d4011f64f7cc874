import fc from 'fast-check';

/** JSON that goes out as it stands here, because no value of ours writes it. */
class Verbatim {
  constructor(readonly text: string) {}
}

/** What may stand where something else belongs. */
const WRONG: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e21,
  -0.1,
  '',
  ' ',
  [],
  {},
  [[]],
  ['x'],
  { toString: 'x' },
  'é́ naïve ‮ 𝒳 💥',
  'a\u0000b',
  '1350.00\n',
  "'; drop table person; --",
  '../../etc/passwd',
  '9'.repeat(400),
  'x'.repeat(20_000),
  '-5.00',
  '1e5',
  '２０.００',
  'NaN',
  '2026-02-30T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  new Verbatim('1e400'),
  new Verbatim('-1e400'),
  new Verbatim('9'.repeat(400)),
  new Verbatim('-0'),
  new Verbatim('NaN'),
  new Verbatim('"\\ud800"'),
  new Verbatim('"\\u0000"'),
  new Verbatim('['.repeat(40) + ']'.repeat(40)),
  new Verbatim(`${'{"a":'.repeat(31)}1${'}'.repeat(31)}`),
  new Verbatim('{"a":1,"a":2}'),
];
const STRANGE_NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'prototype',
  'no-such-field',
  '',
  'a\u0000',
  '💥',
  'then',
];

interface Fault {
  readonly at: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'repeat' | 'swell';
  readonly value: unknown;
  readonly name: string;
}

const faults: fc.Arbitrary<Fault> = fc.record({
  at: fc.nat(60),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'repeat', 'swell'),
  value: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...WRONG) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  ),
  name: fc.oneof(fc.constantFrom(...STRANGE_NAMES), fc.string({ maxLength: 8 })),
});

/** Bodies that are one fault away from the body given, or two. */
export function spoil(base: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return fc
    .tuple(base, fc.array(faults, { minLength: 1, maxLength: 2 }))
    .map(([value, some]) => write(some.reduce<unknown>(applyFault, value)));
}

/** Bodies that were never meant as one. */
export const garbage: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    '',
    '{',
    '[',
    'null',
    '0',
    '"x"',
    '[]',
    '{}{}',
    '\ufeff{}',
    '{"a":}',
    "{'a':1}",
    '{"a":1,}',
    '\u0000',
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.json({ maxDepth: 4 }),
);

function applyFault(body: unknown, { at, kind, value, name }: Fault): unknown {
  const places = listPlaces(body);
  const path = places[at % places.length] ?? [];
  if (kind === 'add' || kind === 'repeat')
    return addMember(body, kind === 'repeat' ? (path.at(-1) ?? name) : name, value);
  if (kind === 'remove') return path.length === 0 ? undefined : replaceAt(body, path, undefined);
  if (kind === 'swell')
    return replaceAt(
      body,
      path,
      Array.from({ length: 1_000 }, () => value),
    );
  return replaceAt(body, path, value);
}

type Path = readonly (string | number)[];

/** Every place in a value, the whole first. */
function listPlaces(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null || value instanceof Verbatim) return [path];
  return [path, ...Object.entries(value).flatMap(([name, each]) => listPlaces(each, [...path, name]))];
}

function replaceAt(value: unknown, path: Path, by: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return by;
  if (Array.isArray(value))
    return value.map((each, index) => (String(index) === name ? replaceAt(each, rest, by) : (each as unknown)));
  if (typeof value !== 'object' || value === null) return by;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === name ? replaceAt(each, rest, by) : each]),
  );
}

/** A name of an object twice in its text, or one that it does not know. */
class Extended {
  constructor(readonly members: readonly (readonly [string, unknown])[]) {}
}

function addMember(body: unknown, name: string | number, value: unknown): unknown {
  const members =
    body instanceof Extended
      ? body.members
      : typeof body === 'object' && body !== null && !Array.isArray(body)
        ? Object.entries(body)
        : [];
  return new Extended([...members, [String(name), value]]);
}

/** JSON text; what has no JSON at all is an empty body. */
function write(value: unknown): string {
  if (value instanceof Verbatim) return value.text;
  if (value instanceof Extended) {
    return `{${value.members.map(([name, each]) => `${JSON.stringify(name)}:${write(each) || 'null'}`).join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((each) => write(each) || 'null').join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, each]) => each !== undefined);
    return `{${members.map(([name, each]) => `${JSON.stringify(name)}:${write(each)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? '';
}
