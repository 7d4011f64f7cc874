import fc from 'fast-check';
import { draftInputSchema, findBodyFaults, readDraftInput } from './draft.request.js';

const version = {
  name: 'bid-security.cap',
  anchor: 'asOf',
  inForceFrom: null,
  inForceUntil: null,
  knownSince: '2020-01-01',
  value: { slabs: [1, '2.00', null, true] },
  unit: 'rupees',
  act: 'Rules',
  provision: 'r. 1',
  source: '',
  confidence: 'primary',
};
const good = { note: 'why', changes: [{ parameter: 'bid-security.cap', versions: [version] }] };

function faultsOf(body: unknown): unknown {
  const read = readDraftInput(body);
  return 'errors' in read ? read.errors.map(({ field }) => field) : [];
}

/** The good request with another version in it. */
const withVersion = (changed: unknown): unknown => ({
  ...good,
  changes: [{ ...good.changes[0], versions: [changed] }],
});

describe('the request of a draft', () => {
  it('is read as it stands, whatever the value says', () => {
    expect(readDraftInput(good)).toEqual({ value: good });
    for (const value of [null, 0, '0.25', [], { a: { b: [] } }]) {
      expect(readDraftInput(withVersion({ ...version, value }))).toEqual({ value: withVersion({ ...version, value }) });
    }
  });

  it.each<[string, unknown, readonly string[]]>([
    ['no object', [good], ['(body)']],
    ['no body', undefined, ['(body)']],
    ['nothing in it', {}, ['note', 'changes']],
    ['an unknown field', { ...good, hash: 'x' }, ['hash']],
    ['a note that is no text', { ...good, note: { toString: 'x' } }, ['note']],
    ['changes by number', { ...good, changes: { 0: good.changes[0], length: 1 } }, ['changes']],
    ['a change that is a text', { ...good, changes: ['bid-security.cap'] }, ['changes[0]']],
    ['a change without its versions', { ...good, changes: [{ parameter: 'a.b' }] }, ['changes[0].versions']],
    ['a version that is a list', withVersion([]), ['changes[0].versions[0]']],
    [
      'a date that is none',
      withVersion({ ...version, inForceFrom: '2026-02-30' }),
      ['changes[0].versions[0].inForceFrom'],
    ],
    ['a date that is left out', withVersion({ ...version, knownSince: null }), ['changes[0].versions[0].knownSince']],
    ['a confidence of ours', withVersion({ ...version, confidence: 'certain' }), ['changes[0].versions[0].confidence']],
    [
      'signatures brought along',
      withVersion({ ...version, signedBy: ['x', 'y'] }),
      ['changes[0].versions[0].signedBy'],
    ],
    ['a sentence that is none', withVersion({ ...version, text: 5 }), ['changes[0].versions[0].text']],
    [
      'several faults at once',
      withVersion({ ...version, unit: 1, act: null, provision: [] }),
      ['unit', 'act', 'provision'].map((name) => `changes[0].versions[0].${name}`),
    ],
  ])('with %s is refused field by field', (_, body, fields) => {
    expect(faultsOf(body)).toEqual(fields);
  });

  it('is answered for whatever JSON can say', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const read = readDraftInput(value);
        expect('value' in read || read.errors.length > 0).toBe(true);
        expect(faultsOf({ ...good, changes: [value] })).not.toEqual([]);
      }),
    );
  });

  it('of an act that takes none is nothing or an empty object', () => {
    expect([undefined, {}].map(findBodyFaults)).toEqual([[], []]);
    expect(findBodyFaults({ version: 1, id: 'x' }).map(({ field }) => field)).toEqual(['version', 'id']);
    for (const body of [null, [], 'x', 5, true]) expect(findBodyFaults(body)).toMatchObject([{ field: '(body)' }]);
  });

  it('has a schema that names what must be there', () => {
    expect(draftInputSchema).toMatchObject({ required: ['note', 'changes'], additionalProperties: false });
    expect(JSON.stringify(draftInputSchema)).toContain('"required":["name","anchor","inForceFrom"');
  });
});
