import { audiencesOf, PUBLIC_ACTOR, ROLES, type Actor } from '#case-kit';
import { listBlockAuctionAudiences } from './block-auction.audiences.js';
import { blockAuction } from './block-auction.case-type.js';
import { DAY, MINUTE } from './block-auction.clock.js';
import type { AuctionPlay } from './play.fixture.js';
import { bidIdOf, bidOf, evaluate, findingOf, playUntil, PURCHASE, returnOf, type Stage } from './stages.fixture.js';
import * as world from './world.fixture.js';

const { ALPHA, BETA, CHAIR, DELTA, GAMMA, MEMBER, OFFICER, OPERATOR } = world;
const BIDDERS = [ALPHA, BETA, GAMMA];
const NAMES = BIDDERS.map(({ organisationId }) => organisationId.slice(4));

/** Every role that looks from outside the bidders, administrators included; and officers of another State. */
const VIEWERS: readonly Actor[] = [
  ...ROLES.filter((role) => !['bidder', 'system', 'public'].includes(role)).map((role) => world.actorOf(role)),
  world.actorOf('state-officer', 'org-mines-rj', 'RJ'),
  world.actorOf('evaluation-chair', 'org-committee-rj', 'RJ'),
  world.actorOf('evaluation-member', ALPHA.organisationId),
  PUBLIC_ACTOR,
  DELTA,
];

/** All that a viewer is given: the case, its transitions, the live page, his lists. */
function shownTo(play: AuctionPlay, viewer: Actor): string {
  const sights = listBlockAuctionAudiences(play.row, play.parties).filter(({ audience }) =>
    audiencesOf(viewer).includes(audience),
  );
  const acts = play.actsFor(viewer).filter((act) => act !== null);
  const listings = sights.map(({ audience: _audience, ...listing }) => listing);
  return JSON.stringify([play.viewFor(viewer), acts, blockAuction.views.live?.(play.row, play.lawReader()), listings]);
}

/** A play on which prices, names and texts are planted that may not come to light before their time. */
function plant(bidders: readonly Actor[] = BIDDERS): AuctionPlay {
  const play = playUntil('saleOpen');
  for (const bidder of bidders) {
    play.mustGive('PURCHASE_TENDER', bidder, PURCHASE);
    play.mustGive('ASK_QUERY', bidder, { text: 'Is there forest in the east of it?' });
  }
  play.letFallDue();
  play.at += DAY;
  bidders.forEach((bidder, index) => play.mustGive('SUBMIT_BID', bidder, bidOf(bidder, `${index + 4}77.7${index}`)));
  return play;
}

const PRICES = ['477.70', '577.71', '677.72'];

function expectHidden(play: AuctionPlay, viewers: readonly Actor[], hidden: readonly string[]): void {
  for (const viewer of viewers) {
    const shown = shownTo(play, viewer);
    for (const planted of hidden) {
      if (viewer.organisationId.endsWith(planted)) continue;
      expect({ viewer: `${viewer.role} of ${viewer.organisationId}`, planted, shown: shown.includes(planted) }).toEqual(
        {
          viewer: `${viewer.role} of ${viewer.organisationId}`,
          planted,
          shown: false,
        },
      );
    }
  }
}

/** From the bids to the live round, with the planted prices; `stage` names where to stop. */
function plantUntil(stage: Stage): AuctionPlay {
  const play = plant();
  if (stage === 'bidsIn') return play;
  play.letFallDue();
  if (stage === 'opening') return play;
  play.mustGive('OPEN_TECHNICAL', CHAIR);
  if (stage === 'technicalEvaluation') return play;
  play.mustGive('RECORD_FINDING', MEMBER, {
    ...findingOf(bidIdOf(play, GAMMA)),
    result: 'FAILED',
    grounds: ['OTHER'],
    reason: 'The affidavit of gamma minerals limited is not attested.',
  });
  play.mustGive('RECORD_FINDING', MEMBER, findingOf(bidIdOf(play, GAMMA)));
  evaluate(play);
  play.mustGive('FREEZE_EVALUATION', CHAIR);
  if (stage === 'priceOpening') return play;
  play.mustGive('OPEN_PRICES', CHAIR);
  if (stage === 'qualified') return play;
  play.mustGive('SCHEDULE_ROUND_TWO', OFFICER, { startsAt: new Date(play.at + 2 * DAY).toISOString() });
  if (stage === 'roundTwoScheduled') return play;
  play.letFallDue();
  play.at += MINUTE;
  play.mustGive('FINAL_OFFER', ALPHA, { percent: '678.02' });
  play.mustGive('FINAL_OFFER', BETA, { percent: '678.12' });
  play.give('FINAL_OFFER', GAMMA, { percent: '999.99' });
  play.mustGive('REPORT_MISTAKE', BETA, { percent: '678.12', explanation: 'The last digit was a slip.' });
  if (stage === 'roundTwoLive') return play;
  play.mustGive('PAUSE_ROUND_TWO', OPERATOR, {
    outageBeganAt: new Date(play.at).toISOString(),
    reason: 'The network failed.',
  });
  return play;
}

describe('the views of the block auction', () => {
  it('show the same to all but the bidders whether nobody, one or three have bought, asked and bid', () => {
    const [none, one, three] = [[], [ALPHA], BIDDERS].map((bidders) => plant(bidders)) as [
      AuctionPlay,
      AuctionPlay,
      AuctionPlay,
    ];
    for (const viewer of VIEWERS.filter(({ organisationId }) => organisationId !== ALPHA.organisationId)) {
      const without = (play: AuctionPlay): string =>
        shownTo(play, viewer).replace(/"openQueries":\[.*?\],"bidsReceived"/, '"bidsReceived"');
      expect(without(one)).toBe(without(none));
      expect(without(three)).toBe(without(none));
    }
  });

  it('show the same to each bidder whoever else has bid', () => {
    expect(shownTo(plant(BIDDERS), ALPHA)).toBe(shownTo(plant([ALPHA]), ALPHA));
  });

  it('show before the technical opening no price, no name and no other bidder to anybody', () => {
    for (const stage of ['bidsIn', 'opening'] as const) {
      const play = plantUntil(stage);
      expectHidden(play, VIEWERS, [...PRICES, ...NAMES, 'ciphertext', 'BG/']);
      expectHidden(play, BIDDERS, [...PRICES, ...NAMES, 'ciphertext']);
    }
  });

  it('show no price before its opening, to nobody, not even to its bidder', () => {
    for (const stage of ['bidsIn', 'opening', 'technicalEvaluation', 'priceOpening'] as const) {
      expectHidden(plantUntil(stage), [...VIEWERS, ...BIDDERS], [...PRICES, 'ciphertext']);
    }
  });

  it('show in every stage no price that was not opened, and no name where bidders stand under aliases, to any role', () => {
    const stages: readonly Stage[] = [
      'saleOpen',
      'bidding',
      'bidsIn',
      'opening',
      'technicalEvaluation',
      'evaluated',
      'priceOpening',
      'qualified',
      'roundTwoScheduled',
      'roundTwoLive',
      'roundTwoPaused',
      'preferredBidderDeclared',
      'concluded',
    ];
    const failed = [GAMMA, '9876.54'] as const;
    for (const stage of stages) {
      const offers = [[ALPHA, '40.00'], [BETA, '63.55'], [DELTA, '60.00'], failed] as const;
      const play = playUntil(stage, { offers, failing: [GAMMA] });
      expectHidden(play, [...VIEWERS, ...BIDDERS], ['9876.54', 'ciphertext']);
      if (stage.startsWith('roundTwo')) expectHidden(play, VIEWERS, NAMES);
      if (['saleOpen', 'bidding', 'bidsIn', 'opening'].includes(stage))
        expectHidden(play, VIEWERS, [...NAMES, '63.55']);
    }
  });

  it('show technical bids after their opening to those who conduct, evaluate and audit, and to nobody else', () => {
    const play = plantUntil('technicalEvaluation');
    const trusted = ['state-officer', 'central-officer', 'approving-officer', 'evaluation-chair', 'auditor'];
    for (const viewer of VIEWERS) {
      const isOwn = viewer.organisationId === ALPHA.organisationId;
      const isForeign = viewer.organisationId.endsWith('-rj');
      const sees = (trusted.includes(viewer.role) || viewer.role === 'evaluation-member') && !isOwn && !isForeign;
      expect({ viewer: viewer.organisationId, sees: shownTo(play, viewer).includes('org-beta') }).toEqual({
        viewer: viewer.organisationId,
        sees,
      });
    }
    for (const bidder of BIDDERS) expectHidden(play, [bidder], NAMES);
  });

  it('show opened prices without names until the attempt is over', () => {
    const play = plantUntil('qualified');
    const offers = play.viewFor(OFFICER)['openedOffers'] as readonly Record<string, unknown>[];
    expect(offers.map(({ percent }) => percent).sort()).toEqual(PRICES);
    for (const offer of offers)
      expect(Object.keys(offer).sort()).toEqual(['percent', 'qualified', 'rank', 'rejection']);
    expectHidden(play, BIDDERS, NAMES);
    // Each bidder sees the floor and his own price.
    expect(shownTo(play, BETA)).toContain('577.71');
    expect(shownTo(play, BETA)).toContain('677.72');
    expect(shownTo(play, BETA)).not.toContain('477.70');
    expect(shownTo(play, PUBLIC_ACTOR)).not.toContain('477.70');
  });

  it('show in the second round no name to anybody, officers and administrators included', () => {
    for (const stage of ['roundTwoScheduled', 'roundTwoLive', 'roundTwoPaused'] as const) {
      const play = plantUntil(stage);
      expectHidden(play, VIEWERS, NAMES);
      for (const bidder of BIDDERS) expectHidden(play, [bidder], NAMES);
    }
  });

  it('show in the second round the best, the floor and the step to all; to a bidder his own offer, rank and alias only', () => {
    const play = plantUntil('roundTwoLive');
    const aliases = BIDDERS.map((bidder) => play.partyOf(bidder)?.alias ?? '');
    for (const viewer of [...VIEWERS, ...BIDDERS]) {
      expect(play.viewFor(viewer)).toMatchObject({
        terms: { step: '0.05' },
        round: { floor: '677.72', best: '678.12', next: '678.17' },
      });
    }
    expect(play.viewFor(ALPHA)['own']).toMatchObject({ offer: '678.02', rank: 2, holdsBest: false, alias: aliases[0] });
    expect(play.viewFor(BETA)['own']).toMatchObject({ offer: '678.12', rank: 1, holdsBest: true, alias: aliases[1] });
    expect(play.viewFor(GAMMA)['own']).toMatchObject({ offer: null, rank: null, holdsBest: false });
    for (const [index, bidder] of BIDDERS.entries()) {
      const shown = shownTo(play, bidder);
      aliases.forEach((alias, other) => expect(shown.includes(alias)).toBe(other === index));
    }
    for (const viewer of [PUBLIC_ACTOR, DELTA])
      for (const alias of aliases) expect(shownTo(play, viewer)).not.toContain(alias);
    expect(play.viewFor(OFFICER)).toMatchObject({ holder: aliases[1], mistakes: [{ alias: aliases[1] }] });
  });

  it('keep a rejected offer to its bidder until names are open', () => {
    const play = plantUntil('roundTwoLive');
    for (const viewer of [...VIEWERS, ALPHA, BETA]) expect(shownTo(play, viewer)).not.toContain('999.99');
    expect(shownTo(play, GAMMA)).toContain('999.99');
    play.letFallDue();
    expect(shownTo(play, world.actorOf('auditor'))).toContain('999.99');
    expect(shownTo(play, PUBLIC_ACTOR)).not.toContain('999.99');
  });

  it('show the live page only while a round is open, without alias and number of bidders', () => {
    for (const stage of ['saleOpen', 'qualified', 'roundTwoScheduled', 'preferredBidderDeclared'] as const) {
      const play = playUntil(stage);
      expect(blockAuction.views.live?.(play.row, play.lawReader())).toBeNull();
    }
    const play = plantUntil('roundTwoLive');
    expect(blockAuction.views.live?.(play.row, play.lawReader())).toEqual({
      status: 'Second round under way',
      step: '0.05',
      floor: '677.72',
      startsAt: expect.any(String),
      best: '678.12',
      next: '678.17',
      closesAt: expect.stringMatching(/\+05:30$/),
    });
  });

  it('say that a stayed or paused round has no closing time just now', () => {
    const play = plantUntil('roundTwoLive');
    const hold = { id: 'h', kind: 'court-stay', orderReference: 'W.P. 1/2027', from: play.at, until: null } as const;
    const stayed = { ...play.row, holds: [{ ...hold, releasedAt: null }] };
    expect(blockAuction.views.live?.(stayed, play.lawReader())).toMatchObject({ closesAt: null });
    expect(blockAuction.views.live?.(plantUntil('roundTwoPaused').row, play.lawReader())).toMatchObject({
      resumesAt: null,
    });
  });

  it('declare the preferred bidder to all the world, and open names to those who conduct and audit', () => {
    const play = playUntil('preferredBidderDeclared');
    expect(play.viewFor(PUBLIC_ACTOR)).toMatchObject({
      status: 'Preferred bidder declared',
      bidsReceived: 3,
      technicallyQualified: 3,
      qualified: 3,
      preferredBidder: { organisation: 'org-alpha', name: 'alpha minerals limited', percent: '64.00' },
    });
    expectHidden(play, [PUBLIC_ACTOR, DELTA, world.actorOf('administrator'), OPERATOR], ['beta', 'gamma']);
    const audit = shownTo(play, world.actorOf('auditor'));
    for (const name of NAMES) expect(audit).toContain(name);
    expect(play.viewFor(OFFICER)).toMatchObject({
      securities: expect.arrayContaining([expect.objectContaining({ settled: null })]),
    });
  });

  it('publish an annulment with reason, provision and what may follow, and no name', () => {
    const play = playUntil('priceOpening', { offers: [[ALPHA, '40.00']] });
    play.mustGive('OPEN_PRICES', CHAIR);
    expect(play.viewFor(PUBLIC_ACTOR)).toMatchObject({
      status: 'Annulled',
      technicallyQualified: 1,
      annulment: {
        reason: 'LT3_TQB',
        provision: 'Mineral (Auction) Rules, 2015, r. 9(10)',
        nextAttempts: ['SECOND', 'DE_NOVO'],
      },
    });
    expect(shownTo(play, PUBLIC_ACTOR)).not.toContain('alpha');
    expect(shownTo(play, OFFICER)).toContain('org-alpha');
  });

  it('never open a price that failed, was replaced or withdrawn', () => {
    const play = plant();
    play.mustGive('SUBMIT_BID', ALPHA, bidOf(ALPHA, '40.00'));
    play.mustGive('PURCHASE_TENDER', DELTA, PURCHASE);
    play.mustGive('SUBMIT_BID', DELTA, bidOf(DELTA, '866.66'));
    play.mustGive('WITHDRAW_BID', DELTA);
    play.letFallDue();
    play.mustGive('OPEN_TECHNICAL', CHAIR);
    evaluate(play, [BETA]);
    play.mustGive('FREEZE_EVALUATION', CHAIR);
    play.mustGive('OPEN_PRICES', CHAIR);
    expect(JSON.stringify(play.memory.kept)).not.toMatch(/477\.70|577\.71|866\.66/);
    expectHidden(play, [...VIEWERS, ...BIDDERS, DELTA], ['477.70', '577.71', '866.66']);
  });

  it('give each bidder a receipt with its exact instant and the commitment of his envelope, and to nobody another’s', () => {
    const play = plant();
    play.at += 123;
    play.mustGive('SUBMIT_BID', ALPHA, bidOf(ALPHA, '40.00'));
    const own = play.viewFor(ALPHA)['own'] as { bid: { commitment: string; receivedAt: string } };
    expect(own.bid.receivedAt).toMatch(/\.123\+05:30$/);
    expect(own.bid.commitment).toMatch(/^[0-9a-f]{64}$/);
    for (const viewer of [...VIEWERS, BETA, GAMMA]) expect(shownTo(play, viewer)).not.toContain(own.bid.commitment);
  });

  it('tell a bidder his finding only once nothing can be found on his bid any more', () => {
    const play = playUntil('evaluated');
    expect(play.viewFor(ALPHA)['own']).not.toHaveProperty('finding');
    play.mustGive('FREEZE_EVALUATION', CHAIR);
    expect(play.viewFor(ALPHA)['own']).toMatchObject({ finding: { result: 'PASSED' } });
  });

  it('publish replies without the name of who asked, to everybody', () => {
    const play = plant([ALPHA]);
    const [query] = play.factsFor(OFFICER, ['queries']).queries;
    play.mustGive('PUBLISH_REPLIES', OFFICER, { replies: [{ queryId: query?.id, text: 'None.' }] });
    expect(play.viewFor(PUBLIC_ACTOR)['queries']).toEqual([
      { id: query?.id, text: 'Is there forest in the east of it?', reply: 'None.', repliedAt: expect.any(String) },
    ]);
    expectHidden(play, VIEWERS, ['alpha']);
  });

  it('show drafting to officials alone', () => {
    const play = playUntil('draft');
    expect(play.actsFor(PUBLIC_ACTOR)).toEqual([null]);
    expect(play.actsFor(OFFICER)).toEqual([expect.objectContaining({ command: 'OPEN' })]);
    play.mustGive('PUBLISH_NOTICE', OFFICER);
    expect(play.actsFor(PUBLIC_ACTOR)).toEqual([
      null,
      expect.objectContaining({ command: 'PUBLISH_NOTICE', form: {} }),
    ]);
    expect(shownTo(play, PUBLIC_ACTOR)).not.toContain(OFFICER.personId);
  });

  it('show the public what officers did, and of findings and screenings nothing', () => {
    const play = playUntil('priceOpening');
    const commands = play.actsFor(PUBLIC_ACTOR).map((act) => act?.['command']);
    expect(commands).toContain('FREEZE_EVALUATION');
    for (const hidden of ['RECORD_FINDING', 'RECORD_SCREENING', 'SUBMIT_BID', 'PURCHASE_TENDER']) {
      expect(commands).not.toContain(hidden);
    }
    play.mustGive('ANNUL', OFFICER, {
      ground: 'IRREGULARITY',
      provision: 'r. 9(10)',
      reason: 'A seal was broken in the strong room.',
    });
    expect(play.actsFor(PUBLIC_ACTOR).at(-1)).toMatchObject({ form: { ground: 'IRREGULARITY' } });
    play.at += DAY;
    play.mustGive('RETURN_SECURITY', OFFICER, returnOf(play, BETA));
    expect(play.actsFor(PUBLIC_ACTOR).at(-1)).toBeNull();
  });
});

describe('the audiences of the block auction', () => {
  const audiencesIn = (play: AuctionPlay): string[] =>
    listBlockAuctionAudiences(play.row, play.parties).map(({ audience }) => audience);

  it('leave out the public until the notice is published', () => {
    expect(audiencesIn(playUntil('draft'))).not.toContain('public');
    expect(audiencesIn(playUntil('saleOpen'))).toContain('public');
  });

  it('name the State of the case and no other, and each bidder but not the authority', () => {
    const audiences = audiencesIn(playUntil('bidsIn'));
    expect(audiences).toContain('role:state-officer@OD');
    expect(audiences.filter((audience) => audience.startsWith('org:')).sort()).toEqual([
      'org:org-alpha',
      'org:org-beta',
      'org:org-gamma',
    ]);
    expect(new Set(audiences).size).toBe(audiences.length);
  });

  it('let the officers of the State look on where the Centre auctions, without waiting for them', () => {
    const registers = {
      block: world.blockOf({
        minerals: [{ code: 'LITHIUM', periods: [{ part: 'D', from: '2023-08-17', until: null }] }],
      }),
    };
    const play = playUntil('saleOpen', { play: { opener: world.CENTRAL, registers } });
    const sight = listBlockAuctionAudiences(play.row, play.parties).find(
      ({ audience }) => audience === 'role:state-officer@OD',
    );
    expect(sight).toMatchObject({ awaits: [] });
  });

  it('say whose act the case waits for, the second person once it is proposed', () => {
    const awaitedIn = (stage: Stage, ...commands: string[]): readonly string[] => {
      const play = playUntil(stage);
      const proposals = commands.map((command) => ({
        id: command,
        command,
        seq: 2,
        proposerId: 'p',
        proposerOrganisationId: 'o',
        proposedAt: play.at,
        expiresAt: play.at + DAY,
      }));
      const sights = listBlockAuctionAudiences({ ...play.row, proposals }, play.parties);
      return sights.find(({ audience }) => audience === 'role:central-officer')?.awaits ?? [];
    };
    expect(awaitedIn('draft')).toEqual(['state-officer', 'central-officer']);
    expect(awaitedIn('draft', 'PUBLISH_NOTICE')).toEqual(['approving-officer']);
    expect(awaitedIn('bidding')).toEqual([]);
    expect(awaitedIn('bidding', 'ISSUE_CORRIGENDUM')).toEqual(['approving-officer']);
    expect(awaitedIn('opening')).toEqual(['evaluation-chair']);
    expect(awaitedIn('opening', 'OPEN_TECHNICAL')).toEqual(['evaluation-member']);
    expect(awaitedIn('technicalEvaluation')).toEqual(['evaluation-chair', 'evaluation-member']);
    expect(awaitedIn('evaluated', 'FREEZE_EVALUATION')).toEqual(['approving-officer']);
    expect(awaitedIn('priceOpening', 'OPEN_PRICES')).toEqual(['evaluation-member']);
    expect(awaitedIn('qualified')).toEqual(['state-officer', 'central-officer']);
    expect(awaitedIn('roundTwoPaused')).toEqual(['platform-operator']);
    expect(awaitedIn('preferredBidderDeclared', 'FORFEIT_SECURITY')).toEqual([
      'approving-officer',
      'state-officer',
      'central-officer',
    ]);
    expect(awaitedIn('concluded')).toEqual([]);
  });
});
