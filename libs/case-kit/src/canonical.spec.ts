import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson, sha256Hex } from './canonical.js';

const json = fc.jsonValue({ maxDepth: 4 });

/** The same value with the keys of every object in reverse order of insertion. */
function reverseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reverseKeys);
  if (value === null || typeof value !== 'object') return value;
  // fromEntries defines members, so that a key named __proto__ stays one.
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reverseKeys(inner)]),
  );
}

describe('canonical JSON', () => {
  it('is JSON: it parses back to the same value', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order in which keys were set', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(canonicalJson(reverseKeys(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('is a fixed point: the text of what was parsed is the text', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('tells different values apart', () => {
    fc.assert(
      fc.property(json, json, (one, other) => {
        const same = JSON.stringify(reverseKeys(one)) === JSON.stringify(reverseKeys(other));
        if (same) expect(canonicalJson(one)).toBe(canonicalJson(other));
        if (canonicalJson(one) === canonicalJson(other)) {
          expect(JSON.parse(canonicalJson(one))).toEqual(JSON.parse(JSON.stringify(other)));
        }
      }),
    );
  });

  it('orders keys by code units and leaves out members that are undefined', () => {
    expect(canonicalJson({ b: 1, a: undefined, B: 2, ä: 3, '10': 4, '9': 5 })).toBe('{"10":4,"9":5,"B":2,"b":1,"ä":3}');
    expect(canonicalJson({ '\u{1f600}': 1, '\ufb33': 2 })).toBe('{"\u{1f600}":1,"\ufb33":2}');
    expect(canonicalJson([undefined, { a: undefined }])).toBe('[null,{}]');
  });

  it('writes numbers as ECMAScript does, minus nought as nought', () => {
    expect(canonicalJson([1e21, 0.1, -0, 1e-7, 333333333.33333329])).toBe('[1e+21,0.1,0,1e-7,333333333.3333333]');
  });

  it('refuses what JSON would lose or bend', () => {
    for (const value of [NaN, Infinity, -Infinity, undefined, () => 1, Symbol('x'), 1n]) {
      expect(() => canonicalJson(value)).toThrow(TypeError);
      expect(() => canonicalJson({ deep: [typeof value === 'undefined' ? NaN : value] })).toThrow(TypeError);
    }
  });
});

describe('SHA-256', () => {
  it('hashes parts as if they were written one after another, text as UTF-8', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array())), (parts) => {
        const whole = Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
        expect(sha256Hex(...parts)).toBe(createHash('sha256').update(whole).digest('hex'));
      }),
    );
  });
});
