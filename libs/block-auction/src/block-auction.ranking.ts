import { Percent, sha256Hex, type EnvelopeToOpen, type LawReader, type SealedEnvelope } from '#case-kit';
import { qualify, type QualificationResult } from '#rulebook';
import type { AuctionFacts, Bid, EvaluatedBid, OpenedOffer, RosterPlace } from './block-auction.facts.js';
import type { AuctionContext } from './block-auction.model.js';
import { schemeOf } from './block-auction.schemes.js';

interface Ranking {
  readonly facts: Pick<AuctionFacts, 'bids' | 'evaluation'>;
  readonly opened: Readonly<Record<string, string>>;
  readonly law: LawReader;
}

/** The envelope that the edge made of a sealed field; an offer in clear must never come this far. */
export function getEnvelope(offer: string | SealedEnvelope): SealedEnvelope {
  if (typeof offer === 'string') throw new TypeError('a sealed offer reached the decision in clear');
  return offer;
}

/**
 * Names a submission without counting or naming: its bidder knows the commitment, so that no sequence number may be in
 * it, and nobody else knows the ciphertext.
 */
export function bidIdOf(caseId: string, organisationId: string, envelope: SealedEnvelope): string {
  return `b-${sha256Hex(caseId, organisationId, envelope.ciphertext).slice(0, 16)}`;
}

/**
 * The qualification of calculator 1 over evaluated bids. A price that is not open takes no part in it: the bound
 * itself stands in for it, which alone rejects nobody and ranks nobody who is rejected on other grounds.
 */
function qualifyBids(
  context: AuctionContext,
  evaluation: readonly EvaluatedBid[],
  percents: ReadonlyMap<string, Percent>,
  law: LawReader,
  isEligible: (bid: EvaluatedBid) => boolean,
): QualificationResult {
  const { kind, previousHadTqb } = context.attempt;
  const bound = Percent.parse(context.terms.bound);
  return qualify(
    {
      direction: schemeOf(context).direction,
      attempt: kind,
      boundPercent: bound,
      bids: evaluation.map((bid) => ({
        bidder: bid.organisationId,
        percent: percents.get(bid.bidId) ?? bound,
        eligible: isEligible(bid),
        affiliates: bid.affiliates.map((party) => `party: ${party}`),
      })),
      ...(kind === 'SECOND' && previousHadTqb === false ? { firstAttemptHadTqb: false } : {}),
    },
    law,
  ).result;
}

/** Organisations whose technical bid passed and that are no affiliates of each other: theirs alone are opened. */
function listPassed(context: AuctionContext, evaluation: readonly EvaluatedBid[], law: LawReader): readonly string[] {
  const passed = (bid: EvaluatedBid): boolean => bid.result === 'PASSED';
  return qualifyBids(context, evaluation, new Map(), law, passed).technicallyQualified;
}

/** The envelopes that the opening of the prices opens. Bids that failed, were replaced or withdrawn stay closed. */
export function listEnvelopesToOpen(
  context: AuctionContext,
  { bids, evaluation }: Pick<AuctionFacts, 'bids' | 'evaluation'>,
  law: LawReader,
): readonly EnvelopeToOpen[] {
  const passed = new Set(listPassed(context, evaluation, law));
  return bids
    .filter(({ organisationId }) => passed.has(organisationId))
    .map(({ bidId, envelope }) => ({ id: bidId, envelope }));
}

/** Who is technically qualified, how they rank and who goes on. Mineral (Auction) Rules, 2015, r. 9; calculator 1. */
export function rankBids(context: AuctionContext, { facts, opened, law }: Ranking): QualificationResult {
  const percents = new Map<string, Percent>();
  for (const { bidId } of facts.evaluation) {
    const percent = Percent.find(opened[bidId]);
    if (percent !== undefined) percents.set(bidId, percent);
  }
  return qualifyBids(context, facts.evaluation, percents, law, ({ bidId, result }) => {
    // What was sealed and is no percentage was never an offer.
    return result === 'PASSED' && (opened[bidId] === undefined || percents.has(bidId));
  });
}

/** One entry for each bid received: its percentage where it was opened, its rank, or why it was rejected. */
export function listOpenedOffers(context: AuctionContext, ranking: Ranking): readonly OpenedOffer[] {
  const result = rankBids(context, ranking);
  const ranks = new Map(result.ranks.map(({ bidder, rank }) => [bidder, rank]));
  const rejections = new Map(result.rejected.map(({ bidder, reason }) => [bidder, reason]));
  return ranking.facts.evaluation.map(({ organisationId, bidId }) => ({
    organisationId,
    percent: Percent.find(ranking.opened[bidId])?.format() ?? null,
    rank: ranks.get(organisationId) ?? null,
    qualified: result.qualified.includes(organisationId),
    rejection: rejections.get(organisationId) ?? null,
  }));
}

/** 0 is A, 25 is Z, 26 is AA. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter;
}

/**
 * Draws an alias for each qualified bidder. The order is that of hashes over every ciphertext of the case: anew for
 * each round, the same at every replay, and not to be computed by somebody who knows the bidders but not the envelopes.
 */
export function drawRoster(qualified: readonly string[], bids: readonly Bid[]): readonly RosterPlace[] {
  const seed = sha256Hex(...bids.map(({ envelope }) => envelope.ciphertext));
  return qualified
    .map((organisationId) => ({ organisationId, lot: sha256Hex(seed, organisationId) }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .map(({ organisationId }, index) => ({ organisationId, alias: `Bidder ${letterOf(index)}` }));
}
