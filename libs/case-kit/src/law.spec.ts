import { LawMissing, LawReader, type LawSnapshot, type LawValue } from './law.js';

function valueOf(name: string, value: unknown, version = `${name}@1`): LawValue {
  return { name, version, value, provision: { act: 'Act', provision: 's. 1' }, confidence: 'primary', signed: true };
}

/** A fee that rose on the first of April, a limit, and a percentage without an anchor. */
const snapshot: LawSnapshot = {
  hash: 'a'.repeat(64),
  find: (name, on) => {
    if (name === 'fee')
      return valueOf('fee', on < '2026-04-01' ? '100.00' : '120.00', on < '2026-04-01' ? 'fee@1' : 'fee@2');
    if (name === 'limit') return valueOf('limit', 30);
    if (name === 'limit-as-text') return valueOf('limit-as-text', '45');
    if (name === 'share') return on < '2026-01-01' ? undefined : valueOf('share', '0.25');
    return undefined;
  },
  anchorOf: (name) => (name === 'fee' ? 'notice' : undefined),
  holidays: (jurisdiction) => (jurisdiction === 'OD' ? ['2026-04-01'] : ['2026-01-26']),
};

describe('the law as one decision reads it', () => {
  it('takes each parameter on the date of its own anchor', () => {
    const reader = new LawReader(snapshot, { notice: '2026-03-31' }, '2026-05-05');
    expect(reader.decimal('fee')).toBe('100.00');
    expect(new LawReader(snapshot, { notice: '2026-04-01' }, '2026-05-05').decimal('fee')).toBe('120.00');
  });

  it('takes the day of the command where the case has no such anchor yet, or the parameter has none', () => {
    const reader = new LawReader(snapshot, { award: '2020-01-01' }, '2026-05-05');
    expect(reader.decimal('fee')).toBe('120.00');
    expect(reader.decimal('share')).toBe('0.25');
  });

  it('remembers every version that it gave, once each, in the order of names', () => {
    const reader = new LawReader(snapshot, { notice: '2026-03-31' }, '2026-05-05');
    expect(reader.reads).toEqual([]);
    reader.integer('limit');
    reader.decimal('fee');
    reader.decimal('fee');
    expect(reader.reads).toEqual([
      { name: 'fee', version: 'fee@1', anchoredOn: '2026-03-31' },
      { name: 'limit', version: 'limit@1', anchoredOn: '2026-05-05' },
    ]);
  });

  it('names what it does not hold, and for which date', () => {
    const reader = new LawReader(snapshot, {}, '2025-12-31');
    expect(() => reader.read('share')).toThrow(LawMissing);
    expect(() => reader.read('share')).toThrow('holds no value of share in force on 2025-12-31');
    expect(reader.reads).toEqual([]);
  });

  it('reads integers as numbers or digits, decimals only as text', () => {
    const reader = new LawReader(snapshot, {}, '2026-05-05');
    expect(reader.integer('limit')).toBe(30);
    expect(reader.integer('limit-as-text')).toBe(45);
    expect(() => reader.integer('share')).toThrow('share is not an integer');
    expect(() => reader.decimal('limit')).toThrow('limit is not a decimal string');
  });

  it('gives the closed days of a jurisdiction', () => {
    expect(new LawReader(snapshot, {}, '2026-05-05').holidays('OD')).toEqual(['2026-04-01']);
  });
});
