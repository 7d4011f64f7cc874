import { formatInstant, type Finding } from '#case-kit';
import { fairStall } from './fair-stall.case-type.js';
import {
  actorOf,
  ASHA,
  BINA,
  CHAIR,
  DAY,
  FairPlay,
  lawOf,
  OFFICER,
  OPERATOR,
  playUntil,
  type Answer,
} from './fair-stall.fixture.js';
import { closingTimeLiesAhead } from './fair-stall.rules.js';

const OUTSIDER = actorOf('bidder', 'late-comers');

/** The finding with which an answer names a rule, or undefined. */
function findingOf(answer: Answer, rule: string): Finding | undefined {
  return answer.kind === 'refused' ? answer.findings[rule] : undefined;
}

interface Trial {
  readonly accepted: () => Answer;
  readonly refused: () => Answer;
  readonly finding: Partial<Finding>;
}

/** For each rule one command that passes it and one that it alone refuses. */
const TRIALS: Readonly<Record<string, Trial>> = {
  'closing-time-lies-ahead': {
    accepted: () =>
      playUntil('draft').give('AMEND_NOTICE', OFFICER, { applicationsCloseAt: '2026-02-01T17:00:00+05:30' }),
    refused: () =>
      playUntil('draft').give('AMEND_NOTICE', OFFICER, { applicationsCloseAt: '2026-01-05T12:00:00+05:30' }),
    finding: { found: '2026-01-05T12:00:00+05:30', required: 'later than 2026-01-05T12:00:00+05:30' },
  },
  'amendment-changes-something': {
    accepted: () => playUntil('draft').give('AMEND_NOTICE', OFFICER, { stallName: 'West stall' }),
    refused: () => playUntil('draft').give('AMEND_NOTICE', OFFICER, {}),
    finding: { required: 'at least one of them' },
  },
  'notice-runs-long-enough': {
    accepted: () => new FairPlay({ applicationsCloseAt: '2026-01-12T00:00:00+05:30' }).give('PUBLISH', OFFICER),
    refused: () => new FairPlay({ applicationsCloseAt: '2026-01-11T23:59:59+05:30' }).give('PUBLISH', OFFICER),
    finding: { found: '2026-01-11T23:59:59+05:30', required: 'on or after 2026-01-12, 7 days after publication' },
  },
  'measures-are-fixed': {
    accepted: () => playUntil('opening').give('OPEN_ENVELOPES', CHAIR),
    refused: () => {
      const play = playUntil('opening');
      play.law = lawOf({ 'fair.step': '0.00' });
      return play.give('OPEN_ENVELOPES', CHAIR);
    },
    finding: { datum: 'fair.step', found: '0.00', required: 'more than nothing' },
  },
  'law-is-signed': {
    accepted: () => {
      const play = playUntil('draft');
      play.law = lawOf({}, ['fair.step']);
      play.row = { ...play.row, rehearsal: true };
      return play.give('PUBLISH', OFFICER);
    },
    refused: () => {
      const play = playUntil('draft');
      play.law = lawOf({}, ['fair.step', 'fair.notice-days']);
      return play.give('PUBLISH', OFFICER);
    },
    finding: {
      datum: 'fair.notice-days, fair.step',
      found: '2 numbers unverified and not signed by two: fair.notice-days and fair.step',
    },
  },
  'application-is-in-time': {
    accepted: () => {
      const play = playUntil('applications');
      play.at = play.row.context.applicationsCloseAt;
      return play.give('APPLY', ASHA, { offer: '1250.00' });
    },
    refused: () => {
      const play = playUntil('applications');
      play.at = play.row.context.applicationsCloseAt + 1;
      return play.give('APPLY', ASHA, { offer: '1250.00' });
    },
    finding: { found: '2026-01-15T17:00:00.001+05:30', required: 'not later than 2026-01-15T17:00:00+05:30' },
  },
  'applicant-is-no-organiser': {
    accepted: () => playUntil('applications').give('APPLY', ASHA, { offer: '1250.00' }),
    refused: () =>
      playUntil('applications').give('APPLY', actorOf('bidder', OFFICER.organisationId), { offer: '1.00' }),
    finding: { found: 'conducts this fair' },
  },
  'application-stands': {
    accepted: () => {
      const play = playUntil('applications');
      play.mustGive('APPLY', ASHA, { offer: '1250.00' });
      return play.give('WITHDRAW', ASHA);
    },
    refused: () => playUntil('applications').give('WITHDRAW', ASHA),
    finding: { found: null },
  },
  'committee-has-no-interest': {
    accepted: () => playUntil('opening').give('OPEN_ENVELOPES', CHAIR),
    refused: () => playUntil('opening').give('OPEN_ENVELOPES', actorOf('evaluation-chair', ASHA.organisationId)),
    finding: { datum: 'organisation', concealed: true },
  },
  'caller-is-on-roster': {
    accepted: () => playUntil('calling').give('CALL', ASHA, { offer: '1550.00' }),
    refused: () => playUntil('calling').give('CALL', OUTSIDER, { offer: '1550.00' }),
    finding: { datum: 'roster' },
  },
  'holder-waits': {
    accepted: () => playUntil('calling').give('CALL', ASHA, { offer: '1550.00' }),
    refused: () => playUntil('calling').give('CALL', BINA, { offer: '1550.00' }),
    finding: { datum: 'holder' },
  },
  'call-is-in-time': {
    accepted: () => {
      const play = playUntil('calling');
      play.at = play.row.context.closesAt ?? 0;
      return play.give('CALL', ASHA, { offer: '1550.00' });
    },
    refused: () => {
      const play = playUntil('calling');
      play.at = (play.row.context.closesAt ?? 0) + 1;
      return play.give('CALL', ASHA, { offer: '1550.00' });
    },
    finding: { datum: 'receivedAt' },
  },
  'call-beats-best': {
    accepted: () => playUntil('calling').give('CALL', ASHA, { offer: '1550.00' }),
    refused: () => playUntil('calling').give('CALL', ASHA, { offer: '1575.00' }),
    finding: { found: '1575.00', required: '1550.00, or more by whole steps of 50.00' },
  },
  'far-call-is-confirmed': {
    accepted: () => playUntil('calling').give('CALL', ASHA, { offer: '6500.00' }),
    refused: () => playUntil('calling').give('CALL', ASHA, { offer: '6550.00', confirmed: false }),
    finding: { found: false, required: true },
  },
  'payment-equals-best': {
    accepted: () => playUntil('settling').give('PAY', OPERATOR, { reference: 'UTR 1', amount: '1600.00' }),
    refused: () => playUntil('settling').give('PAY', OPERATOR, { reference: 'UTR 1', amount: '1600.01' }),
    finding: { found: '1600.01', required: '1600.00' },
  },
};

describe('the rules of the fair stall', () => {
  const rules = [fairStall.open, ...Object.values(fairStall.commands)].flatMap((spec) => [...spec.rules]);

  it('are all tried here', () => {
    expect([...new Set(rules.map(({ name }) => name))].sort()).toEqual(Object.keys(TRIALS).sort());
  });

  it('cite a provision and say a sentence each, under a name of their own', () => {
    for (const rule of rules) {
      expect(rule.ref).toEqual({ act: 'Fair Rules', provision: expect.stringMatching(/^r\. \d+(\(\d+\))?$/) });
      expect(rule.text).toMatch(/^[A-Z].*\.$/);
      expect(rules.filter(({ name }) => name === rule.name).every((other) => (other as object) === rule)).toBe(true);
    }
  });

  it('are of both kinds', () => {
    expect(new Set(rules.map(({ needs }) => needs))).toEqual(new Set(['case', 'form']));
  });

  for (const [name, trial] of Object.entries(TRIALS)) {
    it(`${name} passes what keeps it`, () => {
      expect(trial.accepted()).toMatchObject({ kind: 'accepted' });
    });

    it(`${name} alone refuses what breaks it, and says what was found and who cures it`, () => {
      const answer = trial.refused();
      expect(answer.kind === 'refused' ? Object.keys(answer.findings) : answer.kind).toEqual([name]);
      expect(findingOf(answer, name)).toMatchObject({
        ...trial.finding,
        cure: { who: expect.any(String), how: expect.any(String) },
      });
    });
  }

  it('are all answered together, never only the first', () => {
    const play = playUntil('calling');
    play.at = (play.row.context.closesAt ?? 0) + 1;
    const answer = play.give('CALL', OUTSIDER, { offer: '9999.99' });
    expect(answer.kind === 'refused' ? Object.keys(answer.findings) : []).toEqual([
      'caller-is-on-roster',
      'call-is-in-time',
      'call-beats-best',
      'far-call-is-confirmed',
    ]);
  });

  it('let a far call pass once it is confirmed as typed', () => {
    const play = playUntil('calling');
    expect(play.give('CALL', ASHA, { offer: '6550.00', confirmed: true }).kind).toBe('accepted');
  });

  it('refuse a call that only equals the best or lies below it', () => {
    const play = playUntil('calling');
    expect(findingOf(play.give('CALL', ASHA, { offer: '1500.00' }), 'call-beats-best')).toBeDefined();
    expect(findingOf(play.give('CALL', ASHA, { offer: '1450.00' }), 'call-beats-best')).toBeDefined();
  });

  it('refuse to open a case whose closing time has passed', () => {
    const play = playUntil('draft');
    const form = { applicationsCloseAt: formatInstant(play.at - DAY) };
    const { row, parties, at } = play;
    const situation = { row, facts: {}, law: play.lawReader(), actor: OFFICER, party: undefined, parties, at, form };
    expect(fairStall.open.rules).toContain(closingTimeLiesAhead);
    expect(closingTimeLiesAhead.check(situation)).toMatchObject({ datum: 'applicationsCloseAt' });
  });

  it('let an organisation replace its application and apply again after a withdrawal', () => {
    const play = playUntil('applications');
    play.mustGive('APPLY', ASHA, { offer: '1250.00' });
    play.mustGive('APPLY', ASHA, { offer: '1350.00' });
    expect(play.applications).toHaveLength(1);
    play.mustGive('WITHDRAW', ASHA);
    expect(play.applications).toHaveLength(0);
    play.mustGive('APPLY', ASHA, { offer: '1400.00' });
    expect(play.applications).toHaveLength(1);
  });

  it('never let the clock or an inspection be given by a person', () => {
    for (const command of ['CLOSE_APPLICATIONS', 'CLOSE_CALLING', 'RECORD_INSPECTION']) {
      expect(fairStall.commands[command]?.roles).toEqual(['system']);
    }
  });

  it('fail on a missing number by naming it, before a notice stands on the gap', () => {
    const play = playUntil('draft');
    play.law = lawOf({ 'fair.extension-minutes': null });
    expect(() => play.give('PUBLISH', OFFICER)).toThrow('fair.extension-minutes');
  });
});
