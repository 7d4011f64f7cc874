import { LawMissing, LawReader, sha256Hex } from '#case-kit';
import fc from 'fast-check';
import type { HolidayList } from './holidays.js';
import { buildLawSnapshot, LawInvalid, openLawSnapshot, type LawFault } from './law-book.js';
import { hashContent, nameVersion, type ParameterVersion } from './parameter.js';
import { buildSeedLaw, readSeedLaw } from './seed.js';

function version(changes: Partial<ParameterVersion> = {}): ParameterVersion {
  return {
    name: 'fair.step',
    anchor: 'notice',
    inForceFrom: null,
    inForceUntil: null,
    knownSince: '2020-01-01',
    value: '0.05',
    unit: 'points',
    act: 'Fair Rules',
    provision: 'r. 4',
    source: 'Fair Gazette 1',
    confidence: 'primary',
    signedBy: [],
    ...changes,
  };
}

function list(jurisdiction: string, year: number, dates: readonly string[]): HolidayList {
  const days = dates.map((date) => ({ date, name: 'Fair Day', source: 'Fair Gazette 2' }));
  return { jurisdiction, year, confidence: 'secondary', knownSince: '2020-01-01', days, signedBy: [] };
}

function faultsOf(parameters: readonly ParameterVersion[], lists: readonly HolidayList[] = []): readonly LawFault[] {
  try {
    buildLawSnapshot(parameters, lists);
  } catch (error) {
    if (error instanceof LawInvalid) return error.faults;
    throw error;
  }
  return [];
}

const early = version({ inForceUntil: '2021-12-14', value: '0.10' });
const late = version({ inForceFrom: '2021-12-14' });

describe('a law book', () => {
  it('answers with the version in force: from its first day, and until the day before its end', () => {
    const law = buildLawSnapshot([late, early]);
    expect(law.find('fair.step', '2021-12-13')?.value).toBe('0.10');
    expect(law.find('fair.step', '2021-12-14')?.value).toBe('0.05');
    expect(law.read('fair.step', '0000-01-01').value).toBe('0.10');
    expect(law.find('fair.stop', '2021-12-14')).toBeUndefined();
    expect(() => law.read('fair.stop', '2021-12-14')).toThrow(new LawMissing('fair.stop', '2021-12-14'));
    expect(law.listInForce('2022-01-01')).toHaveLength(1);
  });

  it('tells the anchor, the provision, the version and whether it is signed', () => {
    const signed = version({ signedBy: ['p1', 'p2'] });
    const law = buildLawSnapshot([signed]);
    expect(law.anchorOf('fair.step')).toBe('notice');
    expect(law.anchorOf('fair.stop')).toBeUndefined();
    expect(law.find('fair.step', '2021-01-01')).toEqual({
      name: 'fair.step',
      version: nameVersion(signed),
      value: '0.05',
      provision: { act: 'Fair Rules', provision: 'r. 4' },
      confidence: 'primary',
      signed: true,
    });
  });

  it.each([[[]], [['p1']], [['p1', 'p1']]])('is unsigned with the signatures %j', (signedBy) => {
    const law = buildLawSnapshot([version({ signedBy })]);
    expect(law.find('fair.step', '2021-01-01')?.signed).toBe(false);
  });

  it('has one hash, whatever the order of its parameters, of their members and of who signed', () => {
    const { hash, text } = buildLawSnapshot([early, late]);
    const turned = Object.fromEntries(Object.entries(late).reverse()) as unknown as ParameterVersion;
    expect(buildLawSnapshot([turned, early]).hash).toBe(hash);
    expect(hash).toBe(sha256Hex(text));
    expect(buildLawSnapshot([early, { ...late, signedBy: ['p1', 'p2'] }]).hash).toBe(
      buildLawSnapshot([early, { ...late, signedBy: ['p4', 'p3'] }]).hash,
    );
  });

  it('has another hash as soon as anything that counts differs', () => {
    const { hash } = buildLawSnapshot([version()]);
    const changes: Partial<ParameterVersion>[] = [
      { value: '0.06' },
      { value: 5 },
      { unit: 'steps' },
      { confidence: 'policy' },
      { source: 'Fair Gazette 3' },
      { knownSince: '2020-01-02' },
      { inForceFrom: '2020-01-01' },
      { signedBy: ['p1', 'p2'] },
      { text: 'The step.' },
    ];
    const hashes = changes.map((change) => buildLawSnapshot([version(change)]).hash);
    expect(new Set([hash, ...hashes]).size).toBe(changes.length + 1);
    expect(new Set(changes.slice(0, 7).map((change) => hashContent(version(change)))).size).toBe(7);
  });

  it('comes back from its text with the same hash and the same answers', () => {
    const law = buildSeedLaw();
    const again = openLawSnapshot(law.text);
    expect(again.hash).toBe(law.hash);
    expect(again.find('bid-security.cap', '2026-01-01')).toEqual(law.find('bid-security.cap', '2026-01-01'));
    expect(again.holidays('CENTRE')).toEqual(law.holidays('CENTRE'));
    expect(() => openLawSnapshot('{"format":2,"parameters":[]}')).toThrow(LawInvalid);
    expect(() => openLawSnapshot('{}')).toThrow(LawInvalid);
  });

  it('cannot be changed by a decision that reads it', () => {
    const law = buildLawSnapshot([version({ value: [{ percent: '1.00' }] })]);
    const value = law.read('fair.step', '2021-01-01').value as { percent: string }[];
    expect(() => value.push({ percent: '2.00' })).toThrow(TypeError);
    expect(() => Object.assign(value[0] ?? {}, { percent: '2.00' })).toThrow(TypeError);
  });

  it('is read by a case through its anchors', () => {
    const reader = new LawReader(buildLawSnapshot([early, late]), { notice: '2020-05-05' }, '2026-01-01');
    expect(reader.decimal('fair.step')).toBe('0.10');
    expect(reader.reads).toEqual([{ name: 'fair.step', version: nameVersion(early), anchoredOn: '2020-05-05' }]);
  });
});

describe('a law book is refused, with the parameter and the reason,', () => {
  it.each([
    ['no source', { source: ' ' }, 'source is missing'],
    ['no act', { act: '' }, 'act is missing'],
    ['no provision', { provision: '' }, 'provision is missing'],
    ['no unit', { unit: '' }, 'unit is missing'],
    ['no anchor', { anchor: '' }, 'anchor is missing'],
    ['an unknown confidence', { confidence: 'certain' as never }, 'confidence certain is none of'],
    ['a day that does not exist', { inForceFrom: '2021-02-29' }, 'inForceFrom is no date'],
    ['an unknown day of becoming known', { knownSince: '' }, 'knownSince is no date'],
    ['an end before its beginning', { inForceFrom: '2021-01-02', inForceUntil: '2021-01-02' }, 'it would end on'],
    ['a fraction in a float', { value: [{ percent: 0.25 }] }, 'value.0.percent is neither'],
    ['an integer beyond exactness', { value: 2 ** 53 }, 'value is neither'],
    ['a name that is not dotted kebab case', { name: 'Fair Step' }, 'the name is not'],
  ])('for %s', (_, changes: Partial<ParameterVersion>, reason) => {
    const [fault, ...others] = faultsOf([version(changes)]);
    expect(fault?.parameter).toBe(changes.name ?? 'fair.step');
    expect(fault?.reason).toContain(reason);
    expect(others).toEqual([]);
  });

  it('for periods that overlap', () => {
    const reasons = (versions: ParameterVersion[]): string[] => faultsOf(versions).map(({ reason }) => reason);
    const overlap = 'the version from 2021-12-14 overlaps with the one before it, which ends 2021-12-15';
    expect(reasons([version({ inForceUntil: '2021-12-15' }), late])).toEqual([overlap]);
    expect(reasons([version(), late])[0]).toContain('which ends never');
    expect(reasons([version(), version({ value: '1.00' })])[0]).toContain('from ever overlaps');
    expect(reasons([late, version({ inForceFrom: '2021-12-14', inForceUntil: '2022-01-01' })])).toHaveLength(1);
  });

  it('for periods that leave a gap', () => {
    expect(faultsOf([version({ inForceUntil: '2021-12-01' }), late])).toEqual([
      { parameter: 'fair.step', reason: 'no version is in force from 2021-12-01 until 2021-12-14' },
    ]);
  });

  it('for versions that go by different anchors', () => {
    expect(faultsOf([early, { ...late, anchor: 'asOf' }])[0]?.reason).toContain('different anchors');
  });

  it('for two lists of one year', () => {
    expect(faultsOf([], [list('CENTRE', 2026, []), list('CENTRE', 2026, [])])[0]?.parameter).toBe('holidays.CENTRE');
  });

  it('naming every parameter at fault', () => {
    const faults = faultsOf([
      version({ source: '' }),
      version({ name: 'fair.days', act: '' }),
      version({ name: 'fair.ok' }),
    ]);
    expect(faults.map(({ parameter }) => parameter)).toEqual(['fair.step', 'fair.days']);
    expect(() => buildLawSnapshot([version({ source: '' })])).toThrow('- fair.step: source is missing');
  });
});

describe('periods', () => {
  it('that join are accepted in any order, and exactly one holds on each day', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(cuts, fc.integer({ min: 1, max: 400 }), (days, day) => {
        const dates = days.sort((a, b) => a - b).map(dayOf);
        const versions = [null, ...dates].map((from, index) =>
          version({ inForceFrom: from, inForceUntil: dates[index] ?? null, value: index }),
        );
        const law = buildLawSnapshot([...versions].reverse());
        const expected = days.filter((cut) => cut <= day).length;
        expect(law.read('fair.step', dayOf(day)).value).toBe(expected);
        expect(law.listInForce(dayOf(day))).toHaveLength(1);
      }),
    );
  });
});

describe('holidays', () => {
  const law = buildLawSnapshot(
    [],
    [
      list('CENTRE', 2025, ['2025-01-26']),
      list('CENTRE', 2026, ['2026-01-26', '2026-03-31']),
      list('OD', 2026, ['2026-04-01', '2026-01-26', '2026-04-01']),
    ],
  );

  it('of a jurisdiction are its own list', () => {
    expect(law.holidays('CENTRE')).toEqual(['2025-01-26', '2026-01-26', '2026-03-31']);
    expect(law.find('holidays.OD', '2026-05-01')?.confidence).toBe('secondary');
  });

  it('of a State are the central ones for the years of which it has no list, and in the States that have none', () => {
    expect(law.holidays('OD')).toEqual(['2025-01-26', '2026-01-26', '2026-04-01']);
    expect(law.holidays('RJ')).toEqual(law.holidays('CENTRE'));
  });

  it('of a State without a list are an unsigned, unverified parameter', () => {
    const signed = buildLawSnapshot([], [{ ...list('CENTRE', 2026, ['2026-01-26']), signedBy: ['p1', 'p2'] }]);
    expect(signed.find('holidays.CENTRE', '2026-05-01')?.signed).toBe(true);
    const lent = signed.find('holidays.RJ', '2026-05-01');
    expect(lent).toMatchObject({ name: 'holidays.RJ', confidence: 'unverified', signed: false });
    expect(lent?.version).toMatch(/^CENTRE:2026-01-01#/);
    expect(signed.findParameter('holidays.RJ', '2026-05-01')).toMatchObject({
      name: 'holidays.RJ',
      confidence: 'unverified',
      signed: false,
      text: expect.stringContaining('lent') as string,
      value: signed.findParameter('holidays.CENTRE', '2026-05-01')?.value,
    });
    expect(signed.anchorOf('holidays.RJ')).toBe('asOf');
  });

  it('outside the listed years are none, as a policy', () => {
    expect(law.find('holidays.CENTRE', '2024-12-31')).toMatchObject({ value: [], confidence: 'policy' });
    expect(law.find('holidays.CENTRE', '2033-01-01')).toMatchObject({ value: [], confidence: 'policy' });
  });
});

describe('the seed', () => {
  it('is a law book in which every version has a sentence and a source', () => {
    const { parameters, holidayLists } = readSeedLaw();
    expect(faultsOf(parameters, holidayLists)).toEqual([]);
    for (const { name, text, source } of parameters)
      expect([name, text !== undefined, source !== '']).toEqual([name, true, true]);
  });

  it('lists the central holidays of 2023 to 2027, each with its source', () => {
    const { holidayLists } = readSeedLaw();
    expect(holidayLists.map(({ year, confidence }) => [year, confidence])).toEqual([
      [2023, 'unverified'],
      [2024, 'secondary'],
      [2025, 'secondary'],
      [2026, 'secondary'],
      [2027, 'unverified'],
    ]);
    expect(holidayLists.flatMap(({ days }) => days)).toHaveLength(91);
    expect(holidayLists.every(({ days }) => days.every(({ source, name }) => source !== '' && name !== ''))).toBe(true);
  });
});

function dayOf(n: number): string {
  return new Date(Date.UTC(2021, 0, n)).toISOString().slice(0, 10);
}
