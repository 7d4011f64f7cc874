import { ROLES } from '#case-kit';
import { buildLawSnapshot } from '#rulebook';
import { fairStall } from './fair-stall.case-type.js';
import { fairStallLaw } from './fair-stall.law.js';
import { playUntil } from './fair-stall.fixture.js';

/** Which role may propose or give each command, and which confirms it. */
const TABLE: Readonly<Record<string, readonly [roles: readonly string[], second: readonly string[]]>> = {
  AMEND_NOTICE: [['state-officer', 'central-officer'], []],
  PUBLISH: [['state-officer', 'central-officer'], ['approving-officer']],
  APPLY: [['bidder'], []],
  WITHDRAW: [['bidder'], []],
  CLOSE_APPLICATIONS: [['system'], []],
  OPEN_ENVELOPES: [['evaluation-chair'], ['evaluation-member']],
  CALL: [['bidder'], []],
  CLOSE_CALLING: [['system'], []],
  PAY: [['platform-operator'], []],
  RECORD_INSPECTION: [['system'], []],
  ANNUL: [['state-officer', 'central-officer'], ['approving-officer']],
};

describe('the command table of the fair stall', () => {
  it('gives each command to the roles of the Fair Rules and to no other', () => {
    const table = Object.entries(fairStall.commands).map(([name, spec]) => [
      name,
      [spec.roles, spec.secondPerson?.roles ?? []],
    ]);
    expect(Object.fromEntries(table)).toEqual(TABLE);
    expect(fairStall.open.roles).toEqual(['state-officer', 'central-officer']);
  });

  it('asks a person to confirm only what somebody of another role proposed', () => {
    for (const spec of Object.values(fairStall.commands)) {
      for (const role of spec.secondPerson?.roles ?? []) {
        expect(ROLES).toContain(role);
        expect(spec.roles).not.toContain(role);
      }
    }
  });

  it('seals the offer of an application and nothing else', () => {
    const sealed = Object.entries(fairStall.commands).filter(([, { sealed }]) => sealed !== undefined);
    expect(sealed.map(([name, spec]) => [name, spec.sealed])).toEqual([['APPLY', ['offer']]]);
  });

  it('lets many calls share a batch and asks for If-Match on the amendment alone', () => {
    const names = (flag: 'hot' | 'edit' | 'slow' | 'makesSealKey'): string[] =>
      Object.keys(fairStall.commands).filter((name) => fairStall.commands[name]?.[flag] === true);
    expect(names('hot')).toEqual(['CALL']);
    expect(names('edit')).toEqual(['AMEND_NOTICE']);
    expect(names('makesSealKey')).toEqual(['PUBLISH']);
    expect(names('slow')).toEqual(['OPEN_ENVELOPES']);
  });

  it('takes the jurisdiction of a case from the officer who opens it', () => {
    const { actor, ...rest } = { actor: playUntil('draft').opener, form: {} };
    expect(fairStall.open.jurisdiction(rest.form, actor)).toBe('OD');
    expect(fairStall.open.jurisdiction(rest.form, { ...actor, jurisdiction: null })).toBe('CENTRE');
  });

  it('reads only parameters that its part of the rule book holds, each on the date of the notice', () => {
    const play = playUntil('applications');
    for (const { name, anchor, provision, source } of fairStallLaw) {
      expect([anchor, provision, source]).toEqual(['notice', expect.stringMatching(/^r\. /), expect.any(String)]);
      const reader = play.lawReader();
      reader.read(name);
      expect(reader.reads).toEqual([{ name, version: `${name}@1`, anchoredOn: '2026-01-05' }]);
    }
  });

  it('brings numbers that make a rule book', () => {
    const book = buildLawSnapshot(fairStallLaw);
    for (const { name, value } of fairStallLaw) {
      expect(book.find(name, '2026-01-05')).toMatchObject({ value, confidence: 'policy' });
    }
  });

  it('lets a proposal live as long as the rule book says', () => {
    const lives = Object.values(fairStall.commands).flatMap(
      ({ secondPerson }) => secondPerson?.expiresAfterHours ?? [],
    );
    expect(lives.length).toBeGreaterThan(0);
    for (const life of lives) expect(life).toEqual({ parameter: 'fair.proposal-hours' });
  });
});
