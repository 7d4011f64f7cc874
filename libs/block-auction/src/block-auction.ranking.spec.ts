import fc from 'fast-check';
import type { Actor, SealedEnvelope } from '#case-kit';
import { runCalculator } from '#rulebook';
import type { Bid, EvaluatedBid } from './block-auction.facts.js';
import {
  bidIdOf,
  drawRoster,
  getEnvelope,
  listEnvelopesToOpen,
  listOpenedOffers,
  rankBids,
} from './block-auction.ranking.js';
import type { AuctionContext } from './block-auction.model.js';
import { evaluate, playUntil } from './stages.fixture.js';
import * as world from './world.fixture.js';

const { ALPHA, BETA, CHAIR, MEMBER } = world;

function envelopeOf(name: string): SealedEnvelope {
  return {
    sealed: 'x25519-hkdf-sha256-aes256gcm',
    keyId: 'k',
    ephemeral: 'e',
    nonce: 'n',
    ciphertext: `cipher-${name}`,
    commitment: `commitment-${name}`,
  };
}

interface Given {
  readonly percent: string;
  readonly passed: boolean;
  readonly affiliates: readonly string[];
}

/** Facts of an opening in which bidder n offers what is given. */
function factsOf(given: readonly Given[]) {
  const bids: Bid[] = given.map((_, index) => ({
    bidId: `b-${index}`,
    organisationId: `org-${index}`,
    seq: index,
    receivedAt: index,
    envelope: envelopeOf(String(index)),
  }));
  const evaluation: EvaluatedBid[] = given.map(({ passed, affiliates }, index) => ({
    bidId: `b-${index}`,
    organisationId: `org-${index}`,
    result: passed ? 'PASSED' : 'FAILED',
    reason: 'r',
    grounds: passed ? [] : ['OTHER'],
    recordedBy: 'p',
    openClarification: null,
    affiliates,
  }));
  return { bids, evaluation };
}

const base = playUntil('priceOpening');
const law = base.lawReader();

function contextOf(
  kind: 'FIRST' | 'SECOND' | 'DE_NOVO',
  scheme: 'mining-lease' | 'exploration-licence' = 'mining-lease',
): AuctionContext {
  const { context } = base;
  return {
    ...context,
    attempt: { ...context.attempt, kind, previousHadTqb: kind === 'FIRST' ? null : true },
    terms: { ...context.terms, scheme, bound: scheme === 'mining-lease' ? '20.00' : '60.00' },
  };
}

const given = fc.array(
  fc.record({
    percent: fc.integer({ min: 1_000, max: 9_000 }).map((units) => `${(units / 100).toFixed(2)}`),
    passed: fc.oneof(fc.constant(true), fc.boolean()),
    affiliates: fc
      .subarray(['HOLDING A', 'HOLDING B', 'HOLDING C'], { maxLength: 1 })
      .map((some) => (some.length > 0 ? some : [])),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('the ranking', () => {
  it('is that of the public calculator over all prices, though the prices of failed bids stay sealed', () => {
    const attempts = fc.constantFrom('FIRST' as const, 'SECOND' as const, 'DE_NOVO' as const);
    const schemes = fc.constantFrom('mining-lease' as const, 'exploration-licence' as const);
    fc.assert(
      fc.property(given, attempts, schemes, (bids, attempt, scheme) => {
        const facts = factsOf(bids);
        const context = contextOf(attempt, scheme);
        const opened = Object.fromEntries(
          listEnvelopesToOpen(context, facts, law).map(({ id }) => [id, bids[Number(id.slice(2))]?.percent ?? '']),
        );
        const outcome = runCalculator(
          'qualification',
          {
            direction: scheme === 'mining-lease' ? 'ascending' : 'descending',
            attempt,
            boundPercent: context.terms.bound,
            bids: bids.map(({ percent, passed, affiliates }, index) => ({
              bidder: `org-${index}`,
              percent,
              eligible: passed,
              affiliates: affiliates.map((party) => `party: ${party}`),
            })),
            asOf: '2026-12-01',
          },
          base.law,
          '2026-12-01',
        );
        expect(rankBids(context, { facts, opened, law })).toEqual(outcome.status === 200 ? outcome.body.result : null);
      }),
      { numRuns: 200 },
    );
  });

  it('opens the envelopes of the bids that passed and are no affiliates, and of no other', () => {
    const facts = factsOf([
      { percent: '30.00', passed: true, affiliates: ['HOLDING'] },
      { percent: '31.00', passed: true, affiliates: ['HOLDING'] },
      { percent: '32.00', passed: false, affiliates: [] },
      { percent: '33.00', passed: true, affiliates: [] },
    ]);
    expect(listEnvelopesToOpen(contextOf('FIRST'), facts, law).map(({ id }) => id)).toEqual(['b-3']);
    expect(listOpenedOffers(contextOf('SECOND'), { facts, opened: { 'b-3': '33.00' }, law })).toEqual([
      { organisationId: 'org-0', percent: null, rank: null, qualified: false, rejection: 'AFFILIATE' },
      { organisationId: 'org-1', percent: null, rank: null, qualified: false, rejection: 'AFFILIATE' },
      { organisationId: 'org-2', percent: null, rank: null, qualified: false, rejection: 'NOT_ELIGIBLE' },
      { organisationId: 'org-3', percent: '33.00', rank: 1, qualified: true, rejection: null },
    ]);
  });

  it('rejects a price beyond the bound, and what is no percentage', () => {
    const facts = factsOf([
      { percent: '', passed: true, affiliates: [] },
      { percent: '', passed: true, affiliates: [] },
    ]);
    const opened = { 'b-0': '19.99', 'b-1': 'twenty' };
    expect(listOpenedOffers(contextOf('SECOND'), { facts, opened, law })).toEqual([
      { organisationId: 'org-0', percent: '19.99', rank: null, qualified: false, rejection: 'BEYOND_BOUND' },
      { organisationId: 'org-1', percent: null, rank: null, qualified: false, rejection: 'NOT_ELIGIBLE' },
    ]);
  });

  it('judges a second attempt like a first one when that had no responsive bid', () => {
    const facts = factsOf([{ percent: '30.00', passed: true, affiliates: [] }]);
    const opened = { 'b-0': '30.00' };
    const context = contextOf('SECOND');
    expect(rankBids(context, { facts, opened, law }).outcome).toBe('AUTHORITY_DECIDES');
    const bare = { ...context, attempt: { ...context.attempt, previousHadTqb: false } };
    expect(rankBids(bare, { facts, opened, law })).toMatchObject({ outcome: 'ANNULLED', reason: 'LT3_TQB' });
  });

  it('rejects both sides of a link, declared or found, and may annul for it', () => {
    const play = playUntil('technicalEvaluation');
    evaluate(play);
    const linked = (bidder: Actor) => ({
      bidId: play.factsFor(bidder, ['ownBid']).ownBid?.bidId,
      party: 'One Holding',
      relation: 'CONTROLLED_BY',
      source: 'Register of companies',
    });
    play.mustGive('RECORD_SCREENING', MEMBER, {
      links: [linked(ALPHA), linked(BETA)],
      method: 'Declarations and registers were compared for all bidders.',
    });
    play.mustGive('FREEZE_EVALUATION', CHAIR);
    play.mustGive('OPEN_PRICES', CHAIR);
    expect(play.row.state).toBe('annulled');
    expect(play.context).toMatchObject({ technicallyQualified: 1, annulment: { reason: 'LT3_TQB' } });
    expect(JSON.stringify(play.memory.rows('opened_offer'))).not.toMatch(/40\.00|63\.55/);
  });

  it('annuls when nobody but affiliates passed, and opens nothing', () => {
    const play = playUntil('technicalEvaluation', {
      offers: [
        [ALPHA, '40.00'],
        [BETA, '41.00'],
      ],
    });
    play.registers.bidders.forEach((entry, id) => play.registers.bidders.set(id, { ...entry, links: ['One Holding'] }));
    evaluate(play);
    play.mustGive('FREEZE_EVALUATION', CHAIR);
    play.mustGive('OPEN_PRICES', CHAIR);
    expect(play.context.annulment).toMatchObject({ reason: 'NO_TQB', nextAttempts: ['DE_NOVO'] });
    expect(play.memory.rows('opened_offer').every(({ row }) => row['percent'] === null)).toBe(true);
  });

  it('qualifies by rank with ties, and tells the rest', () => {
    const facts = factsOf(
      ['70.00', '60.00', '50.00', '40.00', '30.00', '30.00', '25.00'].map((percent) => ({
        percent,
        passed: true,
        affiliates: [],
      })),
    );
    const opened = Object.fromEntries(
      ['70.00', '60.00', '50.00', '40.00', '30.00', '30.00', '25.00'].map((percent, index) => [`b-${index}`, percent]),
    );
    const result = rankBids(contextOf('FIRST'), { facts, opened, law });
    expect(result.qualified).toEqual(['org-0', 'org-1', 'org-2', 'org-3', 'org-4', 'org-5']);
    expect(result.secondRoundBound).toBe('70.00');
  });
});

describe('the roster', () => {
  const { bids } = factsOf(Array.from({ length: 30 }, () => ({ percent: '30.00', passed: true, affiliates: [] })));
  const organisations = bids.map(({ organisationId }) => organisationId);

  it('gives each qualified bidder one alias, the same at every replay', () => {
    const roster = drawRoster(organisations, bids);
    expect(new Set(roster.map(({ alias }) => alias)).size).toBe(30);
    expect(roster.map(({ alias }) => alias)).toEqual(expect.arrayContaining(['Bidder A', 'Bidder Z', 'Bidder AD']));
    expect(drawRoster([...organisations].reverse(), bids)).toEqual(roster);
  });

  it('draws anew when any envelope differs', () => {
    const [first, ...others] = bids;
    const changed = first === undefined ? [] : [{ ...first, envelope: envelopeOf('other') }, ...others];
    expect(drawRoster(organisations, changed)).not.toEqual(drawRoster(organisations, bids));
  });

  it('names a bid by what nobody else knows', () => {
    const id = bidIdOf('AUCTION-1', 'org-alpha', envelopeOf('a'));
    expect(id).toMatch(/^b-[0-9a-f]{16}$/);
    expect(bidIdOf('AUCTION-1', 'org-alpha', envelopeOf('b'))).not.toBe(id);
    expect(() => getEnvelope('63.55')).toThrow('in clear');
  });
});
