import { audiencesOf, PUBLIC_ACTOR, ROLES, type Actor, type Party } from '#case-kit';
import { fairStall } from './fair-stall.case-type.js';
import type { FairPlay } from './fair-stall.fixture.js';
import { actorOf, ASHA, BINA, CHAND, DAY, OFFICER, OPERATOR, playUntil, SYSTEM } from './fair-stall.fixture.js';
import { listFairStallAudiences } from './fair-stall.views.js';

const OUTSIDER = actorOf('bidder', 'late-comers');
const AUDITOR = actorOf('auditor');
const PHASES = ['draft', 'applications', 'opening', 'calling', 'settling', 'allotted'] as const;
const NAMES = [ASHA, BINA, CHAND].map(({ organisationId }) => organisationId);
/** Every role that looks from outside the applicants, administrators included. */
const VIEWERS: readonly Actor[] = [
  ...ROLES.filter((role) => role !== 'bidder' && role !== 'system' && role !== 'public').map((role) => actorOf(role)),
  PUBLIC_ACTOR,
  OUTSIDER,
];

/** All that a viewer is given: the case, its transitions, the live page, his lists. */
function shownTo(play: FairPlay, viewer: Actor): string {
  const sights = listFairStallAudiences(play.row, play.parties).filter(({ audience }) =>
    audiencesOf(viewer).includes(audience),
  );
  const acts = play.actsFor(viewer).filter((act) => act !== null);
  const listings = sights.map(({ audience, ...listing }) => listing);
  return JSON.stringify([play.viewFor(viewer), acts, fairStall.views.live?.(play.row, play.lawReader()), listings]);
}

/** The applications phase with as many applicants as named, each with an act of his own. */
function applyWith(applicants: readonly Actor[], offers: readonly string[]): FairPlay {
  const play = playUntil('applications');
  applicants.forEach((applicant, index) => play.mustGive('APPLY', applicant, { offer: offers[index] ?? '1.00' }));
  play.at = play.row.context.applicationsCloseAt;
  return play;
}

describe('the views of the fair stall', () => {
  it('show the same to all but the applicants whether nobody, one or three have applied', () => {
    for (const close of [false, true]) {
      const plays = [[], [ASHA], [ASHA, BINA, CHAND]].map((some) =>
        applyWith(some, ['777777.00', '888888.00', '999999.00']),
      );
      if (close) for (const play of plays) play.mustGive('CLOSE_APPLICATIONS', SYSTEM);
      for (const viewer of VIEWERS) {
        const [none, one, three] = plays.map((play) => shownTo(play, viewer));
        expect(one).toBe(none);
        expect(three).toBe(none);
      }
    }
  });

  it('show before the opening no offer, no name and no other applicant to anybody', () => {
    for (const phase of ['applications', 'opening'] as const) {
      const play = applyWith([ASHA, BINA, CHAND], ['777777.00', '888888.00', '999999.00']);
      play.mustGive('WITHDRAW', CHAND);
      if (phase === 'opening') play.mustGive('CLOSE_APPLICATIONS', SYSTEM);
      const commitments = play.applications.map(({ envelope }) => envelope.commitment);
      for (const viewer of [...VIEWERS, ASHA, BINA, CHAND]) {
        const shown = shownTo(play, viewer);
        for (const planted of ['777777', '888888', '999999', 'ciphertext']) expect(shown).not.toContain(planted);
        for (const name of NAMES) expect(shown).not.toContain(name);
        for (const { organisationId, envelope } of play.applications) {
          const own = viewer.organisationId === organisationId;
          expect(shown.includes(envelope.commitment)).toBe(own);
          expect(shown).not.toContain(envelope.ciphertext);
        }
      }
      expect(commitments).toHaveLength(2);
    }
  });

  it('show the same to each applicant whoever else has applied', () => {
    const alone = applyWith([ASHA], ['777777.00']);
    const among = applyWith([ASHA, BINA, CHAND], ['777777.00', '888888.00', '999999.00']);
    expect(shownTo(among, ASHA)).toBe(shownTo(alone, ASHA));
  });

  it('show in the calling the best offer and no name to anybody, and of his own rank to each trader', () => {
    const play = playUntil('calling');
    play.mustGive('CALL', ASHA, { offer: '1600.00' });
    play.mustGive('CALL', CHAND, { offer: '1700.00' });
    for (const viewer of [...VIEWERS, ASHA, BINA, CHAND]) {
      const shown = shownTo(play, viewer);
      for (const name of NAMES) expect(shown).not.toContain(name);
      expect(shown).toContain('"best":"1700.00"');
      // Of the opened offers each trader sees his own; the best of them stood for all to see.
      expect(shown).not.toContain(viewer === ASHA ? '1300.00' : '1250.00');
    }
    expect(play.viewFor(ASHA)['own']).toMatchObject({ rank: 2, offer: '1600.00', holdsBest: false });
    expect(play.viewFor(CHAND)['own']).toMatchObject({ rank: 1, offer: '1700.00', holdsBest: true });
    expect(play.viewFor(BINA)['own']).toMatchObject({ rank: 3, offer: '1500.00', holdsBest: false });
    expect(play.viewFor(CHAND)['own']).toMatchObject({ alias: play.row.context.holder });
    expect(play.viewFor(AUDITOR)['holder']).toBe(play.row.context.holder);
    expect(play.viewFor(PUBLIC_ACTOR)).not.toHaveProperty('holder');
  });

  it('show accepted calls to all, with aliases to those who take part or conduct it, without to the rest', () => {
    const play = playUntil('calling');
    play.mustGive('CALL', ASHA, { offer: '1600.00' });
    const calls = (viewer: Actor) => play.actsFor(viewer).filter((act) => act?.['command'] === 'CALL');
    const alias = play.partyOf(ASHA)?.alias;
    expect(calls(PUBLIC_ACTOR)).toEqual([
      { command: 'CALL', kind: 'accepted', at: expect.any(String), offer: '1600.00' },
    ]);
    expect(calls(OUTSIDER)).toEqual(calls(PUBLIC_ACTOR));
    expect(calls(BINA)).toEqual([expect.objectContaining({ alias, offer: '1600.00' })]);
    expect(calls(AUDITOR)).toEqual(calls(BINA));
    expect(calls(ASHA)).toEqual([expect.objectContaining({ own: true, offer: '1600.00' })]);
  });

  it('hide a refused or throttled act of a bidder from all but himself, until names are open', () => {
    const play = playUntil('calling');
    for (const kind of ['refused', 'throttled'] as const) {
      play.acts.length = 0;
      play.acts.push({
        seq: 9,
        kind,
        command: 'CALL',
        actorId: ASHA.personId,
        organisationId: ASHA.organisationId,
        role: 'bidder',
        at: play.at,
        from: 'calling',
        to: 'calling',
        form: { offer: '1234.56' },
      });
      for (const viewer of [...VIEWERS, BINA, CHAND]) expect(play.actsFor(viewer)).toEqual([null]);
      expect(play.actsFor(ASHA)).toEqual([expect.objectContaining({ own: true })]);
    }
  });

  it('keep to himself why a member of the committee may not open the offers', () => {
    const play = playUntil('opening');
    const member = actorOf('evaluation-chair', ASHA.organisationId);
    const { personId: actorId, organisationId, role } = member;
    const act = {
      seq: 9,
      actorId,
      organisationId,
      role,
      at: play.at,
      from: 'opening',
      to: 'opening',
      form: {},
    } as const;
    play.acts.length = 0;
    play.acts.push({ ...act, kind: 'refused', command: 'OPEN_ENVELOPES' });
    for (const viewer of [...VIEWERS, ASHA, BINA]) expect(play.actsFor(viewer)).toEqual([null]);
    expect(play.actsFor(member)).toEqual([expect.objectContaining({ kind: 'refused' })]);
  });

  it('open the names to officials once the calling is over, and the allottee to all once allotted', () => {
    const settling = playUntil('settling');
    expect(settling.viewFor(OFFICER)).toMatchObject({
      bestOfferOf: ASHA.organisationId,
      payment: 'due',
      inspection: 'awaited',
    });
    for (const name of NAMES) expect(shownTo(settling, PUBLIC_ACTOR)).not.toContain(name);
    expect(shownTo(settling, AUDITOR)).toContain(CHAND.organisationId);
    const allotted = playUntil('allotted');
    expect(allotted.viewFor(PUBLIC_ACTOR)).toMatchObject({
      status: 'Allotted',
      best: '1600.00',
      allottee: 'asha-traders',
    });
    expect(shownTo(allotted, PUBLIC_ACTOR)).not.toContain(CHAND.organisationId);
  });

  it('keep the names closed for good when the allotment is annulled before a calling', () => {
    const play = applyWith([ASHA], ['777777.00']);
    play.mustGive('ANNUL', OFFICER, { reason: 'The ground is under water.' });
    for (const viewer of VIEWERS) {
      expect(shownTo(play, viewer)).not.toContain(ASHA.organisationId);
      expect(shownTo(play, viewer)).toContain('The ground is under water.');
    }
  });

  it('show drafting to officials alone, and the publication to all', () => {
    const play = playUntil('draft');
    play.mustGive('AMEND_NOTICE', OFFICER, { stallName: 'West stall' });
    expect(play.actsFor(PUBLIC_ACTOR)).toEqual([null, null]);
    expect(play.actsFor(OFFICER).map((act) => act?.['command'])).toEqual(['OPEN', 'AMEND_NOTICE']);
    play.mustGive('PUBLISH', OFFICER);
    expect(play.actsFor(PUBLIC_ACTOR).map((act) => act?.['command'])).toEqual([undefined, undefined, 'PUBLISH']);
    expect(JSON.stringify(play.actsFor(PUBLIC_ACTOR))).not.toContain(OFFICER.personId);
  });

  it('watch live only while the calling runs', () => {
    for (const phase of PHASES) {
      const play = playUntil(phase);
      const live = fairStall.views.live?.(play.row, play.lawReader());
      if (phase !== 'calling') expect(live).toBeNull();
      else expect(live).toEqual({ status: 'Calling', best: '1500.00', closesAt: expect.stringMatching(/\+05:30$/) });
    }
  });

  it('say that a stayed calling has no closing time just now', () => {
    const play = playUntil('calling');
    const hold = { id: 'h', kind: 'court-stay', orderReference: 'W.P. 1/2026', from: play.at, until: null } as const;
    const stayed = { ...play.row, holds: [{ ...hold, releasedAt: null }] };
    expect(fairStall.views.live?.(stayed, play.lawReader())).toMatchObject({ closesAt: null });
  });
});

describe('the audiences of the fair stall', () => {
  const audiencesIn = (play: FairPlay): string[] =>
    listFairStallAudiences(play.row, play.parties).map(({ audience }) => audience);

  it('leave out the public until the notice is published', () => {
    expect(audiencesIn(playUntil('draft'))).not.toContain('public');
    for (const phase of PHASES.slice(1)) expect(audiencesIn(playUntil(phase))).toContain('public');
  });

  it('name the State of the case and no other, and each applicant but not the organiser', () => {
    const audiences = audiencesIn(playUntil('calling'));
    expect(audiences).toContain('role:state-officer@OD');
    expect(audiences).not.toContain('role:state-officer');
    expect(audiences.filter((audience) => audience.startsWith('org:')).sort()).toEqual(
      NAMES.map((name) => `org:${name}`),
    );
    expect(new Set(audiences).size).toBe(audiences.length);
  });

  it('keep sight for an organisation that has withdrawn', () => {
    const play = applyWith([ASHA], ['1250.00']);
    play.mustGive('WITHDRAW', ASHA);
    expect(audiencesIn(play)).toContain('org:asha-traders');
  });

  it('say whose act the case waits for, the second person once it is proposed', () => {
    const awaitedIn = (play: FairPlay, commands: readonly string[] = []): readonly string[] => {
      const proposals = commands.map((command) => ({
        id: command,
        command,
        seq: 2,
        proposerId: 'p',
        proposerOrganisationId: 'o',
        proposedAt: play.at,
        expiresAt: play.at + DAY,
      }));
      const sights = listFairStallAudiences({ ...play.row, proposals }, play.parties);
      return sights.find(({ audience }) => audience === 'role:central-officer')?.awaits ?? [];
    };
    expect(awaitedIn(playUntil('draft'))).toEqual(['state-officer', 'central-officer']);
    expect(awaitedIn(playUntil('draft'), ['PUBLISH'])).toEqual(['approving-officer']);
    expect(awaitedIn(playUntil('applications'))).toEqual([]);
    expect(awaitedIn(playUntil('opening'))).toEqual(['evaluation-chair']);
    expect(awaitedIn(playUntil('opening'), ['OPEN_ENVELOPES'])).toEqual(['evaluation-member']);
    expect(awaitedIn(playUntil('calling'), ['ANNUL'])).toEqual(['approving-officer']);
    expect(awaitedIn(playUntil('settling'))).toEqual(['platform-operator']);
    const paid = playUntil('settling');
    paid.mustGive('PAY', OPERATOR, { reference: 'UTR 1', amount: '1600.00' });
    expect(awaitedIn(paid)).toEqual([]);
    expect(awaitedIn(playUntil('allotted'))).toEqual([]);
  });

  it('say the same in lists whatever the number of applicants', () => {
    const one = applyWith([ASHA], ['1.00']);
    const three = applyWith([ASHA, BINA, CHAND], ['1.00', '2.00', '3.00']);
    const withoutOwn = (play: FairPlay, parties: readonly Party[]) =>
      listFairStallAudiences(play.row, parties).filter(({ audience }) => !audience.startsWith('org:'));
    const strip = (play: FairPlay) => withoutOwn(play, play.parties);
    expect(strip(three)).toEqual(strip(one));
  });
});
