import type { Notice, TransitionFact } from '#case-kit';
import { listBlockAuctionNotices } from './block-auction.notices.js';
import type { AuctionPlay } from './play.fixture.js';
import { bidIdOf, evaluate, playUntil, playUntilDecision, PURCHASE, returnOf } from './stages.fixture.js';
import * as world from './world.fixture.js';

const { ALPHA, BETA, CENTRAL, CHAIR, GAMMA, MEMBER, OFFICER, OPERATOR } = world;

type Told = readonly [to: string, template: string];

const toldBy = (notices: readonly Notice[]): Told[] =>
  notices.map((notice) => {
    if (notice.kind !== 'notice') throw new Error(`${notice.kind} is no notice`);
    return [notice.to, notice.template.replace('block-auction.', '')];
  });

/** What is told when the last act of a play is looked at again. */
function toldLast(play: AuctionPlay): Told[] {
  const act = play.acts.at(-1);
  return act === undefined ? [] : toldBy(listBlockAuctionNotices(act, play.row, play.parties));
}

const BUYERS: readonly string[] = ['org:org-alpha', 'org:org-beta', 'org:org-gamma'];
const tellBuyers = (template: string): Told[] => BUYERS.map((to) => [to, template]);

describe('the notices of the block auction', () => {
  it('tell the public of the notice, and each buyer that bids may come', () => {
    expect(toldLast(playUntil('saleOpen'))).toEqual([['public', 'notice-published']]);
    const play = playUntil('saleOpen');
    expect(toldBy(play.mustGive('PURCHASE_TENDER', ALPHA, PURCHASE).notices)).toEqual([
      ['org:org-alpha', 'document-bought'],
    ]);
    play.letFallDue();
    expect(toldLast(play)).toEqual([['org:org-alpha', 'bidding-open']]);
  });

  it('tell a bidder alone that his bid has arrived', () => {
    expect(toldLast(playUntil('bidsIn'))).toEqual([['org:org-gamma', 'bid-received']]);
    const play = playUntil('bidsIn');
    expect(toldBy(play.mustGive('WITHDRAW_BID', BETA).notices)).toEqual([['org:org-beta', 'bid-withdrawn']]);
  });

  it('tell the committee when its turn comes', () => {
    expect(toldLast(playUntil('opening'))).toEqual([
      ['role:evaluation-chair', 'technical-opening-awaited'],
      ['role:evaluation-chair@OD', 'technical-opening-awaited'],
    ]);
    expect(toldLast(playUntil('technicalEvaluation'))[0]).toEqual(['role:evaluation-member', 'evaluation-awaited']);
    expect(toldLast(playUntil('priceOpening'))[0]).toEqual(['role:evaluation-chair', 'price-opening-awaited']);
  });

  it('ask the bidder, and no other, for a clarification', () => {
    const play = playUntil('technicalEvaluation');
    const asked = play.mustGive('REQUEST_CLARIFICATION', MEMBER, {
      bidId: bidIdOf(play, BETA),
      question: 'Furnish the report.',
      answerBy: '2027-02-10T17:00:00+05:30',
    });
    expect(toldBy(asked.notices)).toEqual([['org:org-beta', 'clarification-asked']]);
    const [clarification] = play.factsFor(BETA, ['clarifications']).clarifications;
    const answered = play.mustGive('ANSWER_CLARIFICATION', BETA, {
      clarificationId: clarification?.id,
      answer: 'Here.',
    });
    expect(toldBy(answered.notices)[0]).toEqual(['role:evaluation-chair', 'clarification-answered']);
  });

  it('tell each bidder whether he is qualified, with his own alias', () => {
    const play = playUntil('technicalEvaluation');
    evaluate(play, []);
    play.mustGive('FREEZE_EVALUATION', CHAIR);
    const { notices } = play.mustGive('OPEN_PRICES', CHAIR);
    expect(toldBy(notices)).toEqual([
      ['role:state-officer@OD', 'schedule-awaited'],
      ...BUYERS.map((to): Told => [to, 'qualified']),
    ]);
    const told = notices.find((notice) => notice.kind === 'notice' && notice.to === 'org:org-alpha');
    expect(told).toMatchObject({ data: { alias: play.partyOf(ALPHA)?.alias, floor: '63.55' } });
    expect(JSON.stringify(notices)).not.toMatch(/40\.00|55\.00/);
    expect(toldLast(playUntilDecision())[0]).toEqual(['role:state-officer@OD', 'decision-awaited']);
  });

  it('tell the qualified of the second round, its pause and its resumption', () => {
    expect(toldLast(playUntil('roundTwoScheduled'))).toEqual(tellBuyers('round-two-scheduled'));
    expect(toldLast(playUntil('roundTwoLive'))).toEqual(tellBuyers('round-two-begins'));
    const play = playUntil('roundTwoPaused');
    expect(toldLast(play)).toEqual([...tellBuyers('round-two-paused'), ['role:state-officer@OD', 'round-two-paused']]);
    const resumed = play.mustGive('ANNOUNCE_RESUMPTION', OPERATOR, { resumesAt: '2027-02-10T17:00:00+05:30' });
    expect(toldBy(resumed.notices)).toEqual(tellBuyers('round-two-resumes'));
  });

  it('tell nobody of a final offer: the feed does', () => {
    const play = playUntil('roundTwoLive');
    expect(play.mustGive('FINAL_OFFER', ALPHA, { percent: '64.00' }).notices).toEqual([]);
  });

  it('declare the preferred bidder to all the world, and to the State where the Centre auctions', () => {
    const told = toldLast(playUntil('preferredBidderDeclared'));
    expect(told.slice(0, 2)).toEqual([
      ['public', 'preferred-bidder-declared'],
      ['role:state-officer@OD', 'securities-to-return'],
    ]);
    expect(told.slice(2).sort()).toEqual(tellBuyers('preferred-bidder-declared'));
    const minerals = [{ code: 'LITHIUM', periods: [{ part: 'D', from: '2023-08-17', until: null }] }];
    const central = playUntil('qualified', {
      play: { opener: CENTRAL, registers: { block: world.blockOf({ minerals }) } },
    });
    central.mustGive('SCHEDULE_ROUND_TWO', CENTRAL, { startsAt: '2027-03-01T11:00:00+05:30' });
    central.letFallDue();
    central.mustGive('FINAL_OFFER', ALPHA, { percent: '64.00' });
    central.letFallDue();
    expect(toldLast(central)).toEqual(
      expect.arrayContaining([
        ['role:central-officer', 'securities-to-return'],
        ['role:state-officer@OD', 'preferred-bidder-declared'],
      ]),
    );
  });

  it('publish an annulment with its reason, and tell the authority what may follow', () => {
    const play = playUntil('priceOpening', { offers: [[ALPHA, '40.00']] });
    const { notices } = play.mustGive('OPEN_PRICES', CHAIR);
    expect(toldBy(notices)).toEqual([
      ['public', 'annulled'],
      ['org:org-alpha', 'annulled'],
      ['role:state-officer@OD', 'next-attempt'],
    ]);
    expect(notices[0]).toMatchObject({
      data: { reason: 'LT3_TQB', provision: 'Mineral (Auction) Rules, 2015, r. 9(10)' },
    });
    expect(notices[2]).toMatchObject({ data: { nextAttempts: ['SECOND', 'DE_NOVO'], previousCaseId: 'AUCTION-1' } });
  });

  it('tell nobody of a draft that was given up', () => {
    const play = playUntil('draft');
    const { notices } = play.mustGive('ANNUL', OFFICER, {
      ground: 'ADMINISTRATIVE',
      provision: 'r. 9(1)',
      reason: 'The block is surveyed again first.',
    });
    expect(notices).toEqual([]);
  });

  it('tell a bidder what became of his security', () => {
    const play = playUntil('preferredBidderDeclared');
    play.at += 3 * 86_400_000;
    expect(toldBy(play.mustGive('RETURN_SECURITY', OFFICER, returnOf(play, GAMMA)).notices)).toEqual([
      ['org:org-gamma', 'security-returned'],
    ]);
  });

  it('ask the second person for the confirmation that an act needs', () => {
    const play = playUntil('priceOpening');
    const proposed = (command: string): TransitionFact => ({
      seq: 99,
      kind: 'proposed',
      command,
      actorId: 'p',
      organisationId: 'o',
      role: 'evaluation-chair',
      at: play.at,
      from: 'priceOpening',
      to: 'priceOpening',
      form: {},
    });
    const askedBy = (command: string): Told[] =>
      toldBy(listBlockAuctionNotices(proposed(command), play.row, play.parties));
    expect(askedBy('OPEN_PRICES')[0]).toEqual(['role:evaluation-member', 'confirmation-awaited']);
    expect(askedBy('ANNUL')).toEqual([
      ['role:approving-officer', 'confirmation-awaited'],
      ['role:approving-officer@OD', 'confirmation-awaited'],
    ]);
    expect(listBlockAuctionNotices({ ...proposed('ANNUL'), kind: 'refused' }, play.row, play.parties)).toEqual([]);
  });
});
