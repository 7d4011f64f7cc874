import { PUBLIC_ACTOR } from './actor.js';
import type { CaseRow } from './case-row.js';
import { LawReader, type Confidence, type LawSnapshot, type LawValue } from './law.js';
import { lawIsSigned } from './signed-law.js';

const REF = { act: 'Fair Rules', provision: 'r. 4' };

function lawWith(values: Readonly<Record<string, readonly [Confidence, boolean]>>): LawSnapshot {
  const found = Object.entries(values).map(([name, [confidence, signed]]): [string, LawValue] => [
    name,
    { name, version: `${name}@1`, value: 1, provision: REF, confidence, signed },
  ]);
  const byName = new Map(found);
  return { hash: 'a'.repeat(64), find: (name) => byName.get(name), anchorOf: () => 'notice', holidays: () => [] };
}

function judge(rule: ReturnType<typeof lawIsSigned>, snapshot: LawSnapshot, row: Partial<CaseRow> = {}) {
  const law = new LawReader(snapshot, {}, '2026-01-05');
  const actor = PUBLIC_ACTOR;
  const situation = { row: { rehearsal: false, ...row } as CaseRow, facts: {}, actor, party: undefined, parties: [] };
  return { finding: rule.check({ ...situation, law, at: 0 }), reads: law.reads.map(({ name }) => name) };
}

const law = lawWith({
  step: ['unverified', false],
  signed: ['unverified', true],
  read: ['secondary', false],
  policy: ['policy', false],
  'holidays.OD': ['unverified', false],
});

describe('law-is-signed', () => {
  it('passes what was read in a source, what is a stated policy and what two people signed', () => {
    const rule = lawIsSigned(REF, ['signed', 'read', 'policy']);
    expect(judge(rule, law)).toEqual({ finding: true, reads: ['policy', 'read', 'signed'] });
  });

  it('refuses a live case and names every number that is unverified and unsigned', () => {
    const rule = lawIsSigned(REF, ['read', 'step', 'holidays.OD']);
    const { finding } = judge(rule, law);
    expect(finding).toMatchObject({
      datum: 'step, holidays.OD',
      found: '2 numbers unverified and not signed by two: step and holidays.OD',
      cure: { who: 'an owner of the rule book', how: expect.stringContaining('step, holidays.OD') as string },
    });
    expect(rule).toMatchObject({ name: 'law-is-signed', needs: 'case', ref: REF });
  });

  it('asks a rehearsal nothing', () => {
    expect(judge(lawIsSigned(REF, ['step', 'missing']), law, { rehearsal: true })).toEqual({
      finding: true,
      reads: [],
    });
  });

  it('takes the names from the case where they follow from it', () => {
    const rule = lawIsSigned(REF, ({ jurisdiction }) => [`holidays.${jurisdiction}`]);
    expect(judge(rule, law, { jurisdiction: 'OD' }).finding).toMatchObject({ datum: 'holidays.OD' });
    expect(() => judge(rule, law, { jurisdiction: 'RJ' })).toThrow('holds no value of holidays.RJ');
  });
});
