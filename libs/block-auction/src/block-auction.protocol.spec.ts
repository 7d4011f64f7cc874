import { formatInstant } from '#case-kit';
import { MINUTE } from './block-auction.clock.js';
import { protocolOf, recordPlay } from './protocol.fixture.js';
import { playUntil, playUntilDecision } from './stages.fixture.js';
import { ALPHA, BETA, BIDDERS, DELTA, GAMMA, OFFICER } from './world.fixture.js';

interface Entry {
  readonly no: number;
  readonly seq: number;
  readonly type: string;
  readonly alias?: string | null;
  readonly outcome?: string;
  readonly rules?: readonly string[];
  readonly closesAt: string | null;
}

interface Told {
  readonly firstRound: {
    readonly bids: readonly { readonly bid: string; readonly percent: string | null; readonly rank: number | null }[];
    readonly ranking: { readonly result: Record<string, unknown>; readonly working: readonly string[] } | null;
  };
  readonly roundTwo: { readonly floor: string; readonly entries: readonly Entry[] } | null;
  readonly result: Record<string, unknown>;
  readonly lateOffers: readonly Record<string, unknown>[];
}

const STAGES = [
  'draft',
  'saleOpen',
  'bidding',
  'opening',
  'evaluated',
  'priceOpening',
  'qualified',
  'roundTwoLive',
] as const;

describe('the protocol of an auction', () => {
  it.each(STAGES)('is not there in the stage %s', (stage) => {
    expect(protocolOf(recordPlay(playUntil(stage)))).toBeNull();
  });

  it('tells every offer with what became of it, and the close after each', () => {
    const recorded = recordPlay(playUntil('roundTwoLive'));
    const { play } = recorded;
    play.at += MINUTE;
    play.give('FINAL_OFFER', DELTA, { percent: '64.00' });
    play.give('FINAL_OFFER', ALPHA, { percent: '63.55' });
    play.give('FINAL_OFFER', ALPHA, { percent: '63.57' });
    play.give('FINAL_OFFER', ALPHA, { percent: '163.55' });
    play.mustGive('FINAL_OFFER', ALPHA, { percent: '63.60' });
    play.give('FINAL_OFFER', BETA, { percent: '63.60', alias: 'Bidder Z' });
    play.at = (play.dueEvents()[0]?.at ?? 0) - MINUTE;
    const close = formatInstant(play.at + 8 * MINUTE);
    play.mustGive('FINAL_OFFER', GAMMA, { percent: '63.65' });
    play.at += 8 * MINUTE + 1;
    play.give('FINAL_OFFER', ALPHA, { percent: '63.70' });
    play.letFallDue();
    play.give('FINAL_OFFER', ALPHA, { percent: '63.75' });
    const told = protocolOf(recorded) as unknown as Told;
    const offers = told.roundTwo?.entries.filter(({ type }) => type === 'OFFER') ?? [];
    expect(offers.map(({ outcome, rules }) => [outcome, rules])).toEqual([
      ['REFUSED', ['offerer-is-qualified']],
      ['REFUSED', ['offer-beats-the-bound']],
      ['REFUSED', ['offer-is-on-a-step']],
      ['UNCONFIRMED', ['far-offer-is-repeated']],
      ['ACCEPTED', []],
      ['REFUSED', ['offer-is-under-own-alias', 'offer-beats-the-best']],
      ['ACCEPTED', []],
      ['REFUSED', ['offer-is-in-time']],
    ]);
    expect(offers[0]?.alias).toBeNull();
    expect(offers.at(-2)?.closesAt).toBe(close);
    expect(told.lateOffers).toMatchObject([{ percent: '63.75', rules: ['state-allows'] }]);
    const entries = told.roundTwo?.entries ?? [];
    expect(entries.map(({ no }) => no)).toEqual(entries.map((_, index) => index + 1));
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => (entries[0]?.seq ?? 0) + index));
    expect(entries.at(-1)).toMatchObject({ type: 'CLOSED', at: close, closesAt: null });
    expect(told.result).toMatchObject({ outcome: 'PREFERRED_BIDDER_DECLARED', preferredBidder: { percent: '63.65' } });
  });

  it('names the preferred bidder and nobody else', () => {
    const told = JSON.stringify(protocolOf(recordPlay(playUntil('preferredBidderDeclared'))));
    for (const { organisationId } of BIDDERS) {
      const isNamed = organisationId === ALPHA.organisationId;
      expect([organisationId, told.includes(organisationId)]).toEqual([organisationId, isNamed]);
    }
    expect(told).not.toContain('person-of');
  });

  it('stays the same while securities are returned and when the case is concluded', () => {
    const declared = protocolOf(recordPlay(playUntil('preferredBidderDeclared')));
    expect(protocolOf(recordPlay(playUntil('concluded')))).toEqual(declared);
  });

  it('tells pauses and what they give back', () => {
    const told = protocolOf(recordPlay(playUntil('preferredBidderDeclared'))) as unknown as Told;
    const moves = (told.roundTwo?.entries ?? []).map(({ type }) => type);
    expect(moves).toEqual(['SCHEDULED', 'STARTED', 'OFFER', 'PAUSED', 'RESUMPTION_ANNOUNCED', 'RESUMED', 'CLOSED']);
  });

  it('ranks with working, and leaves closed what stayed closed', () => {
    const play = playUntil('priceOpening', { failing: [BETA] });
    play.at += MINUTE;
    play.mustGive('OPEN_PRICES', OFFICER);
    const told = protocolOf(recordPlay(play)) as unknown as Told;
    expect(told.result).toMatchObject({ outcome: 'ANNULLED', annulment: { reason: 'LT3_TQB' } });
    expect(told.roundTwo).toBeNull();
    expect(told.firstRound.bids.map(({ percent }) => percent).sort()).toEqual(['40.00', '55.00', null]);
    expect(told.firstRound.ranking?.working.length).toBeGreaterThan(1);
    expect(told.firstRound.ranking?.result).toMatchObject({ outcome: 'ANNULLED', reason: 'LT3_TQB' });
  });

  it('tells of an attempt without bids that there were none', () => {
    const play = playUntil('bidsIn', { offers: [] });
    play.letFallDue();
    const told = protocolOf(recordPlay(play)) as unknown as Told;
    expect(told.firstRound).toMatchObject({ bids: [], ranking: { result: { reason: 'NIL_BIDS' } } });
  });

  it('says nothing of bids that nobody finished to evaluate', () => {
    const play = playUntil('evaluated');
    play.mustGive('ANNUL', OFFICER, { ground: 'ADMINISTRATIVE', provision: 'r. 9', reason: 'The block is withdrawn.' });
    const told = protocolOf(recordPlay(play)) as unknown as Told;
    expect(told).toMatchObject({
      firstRound: null,
      roundTwo: null,
      result: { annulment: { reason: 'ADMINISTRATIVE' } },
    });
  });

  it('names no preferred bidder once an order led back and the attempt was annulled', () => {
    const play = playUntil('preferredBidderDeclared');
    play.row = { ...play.row, state: 'technicalEvaluation' };
    play.mustGive('ANNUL', OFFICER, { ground: 'ADMINISTRATIVE', provision: 'r. 9', reason: 'The block is withdrawn.' });
    const told = protocolOf(recordPlay(play)) as unknown as Told;
    expect(told.result).toMatchObject({ outcome: 'ANNULLED', preferredBidder: null });
  });

  it('tells the decision to go on with fewer', () => {
    const play = playUntilDecision();
    play.mustGive('DECIDE_TO_PROCEED', OFFICER, { reason: 'One responsive bid in a second attempt suffices.' });
    play.mustGive('SCHEDULE_ROUND_TWO', OFFICER, { startsAt: formatInstant(play.at + 2 * 24 * 60 * MINUTE) });
    play.letFallDue();
    play.letFallDue();
    const told = protocolOf(recordPlay(play)) as unknown as Told;
    expect(told.firstRound).toMatchObject({ proceeded: { reason: expect.stringContaining('suffices') as string } });
    expect(told.result).toMatchObject({ annulment: { reason: 'NO_FINAL_OFFER' } });
  });
});
