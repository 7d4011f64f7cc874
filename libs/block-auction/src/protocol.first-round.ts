import {
  findLocalDate,
  formatInstant,
  LawReader,
  localDateAt,
  Percent,
  sha256Hex,
  type RecordedTransition,
} from '#case-kit';
import { qualify, type QualificationInput } from '#rulebook';
import type { AuctionFacts, EvaluatedBid, OpenedOffer } from './block-auction.facts.js';
import type { AuctionContext, Phase } from './block-auction.model.js';
import { schemeOf } from './block-auction.schemes.js';
import type { AuctionProtocolMaterial } from './protocol.material.js';

type Shown = Readonly<Record<string, unknown>>;

/** States in which a ranking that was made stands no more: an order of a court has led back behind it. */
const BEFORE_RANKING: readonly Phase[] = [
  'draft',
  'saleOpen',
  'bidding',
  'opening',
  'technicalEvaluation',
  'priceOpening',
];

/** A bid as the protocol names it: by a number that is drawn from what nobody else knows. */
export interface LabelledBid {
  readonly label: string;
  readonly bid: EvaluatedBid;
  readonly opened: OpenedOffer | undefined;
  readonly alias: string | null;
  /** Parties that it shares with other bids, under drawn names. */
  readonly linkedWith: readonly string[];
}

/** The transition that ranked the bids or found that there is nothing to rank; undefined where none still counts. */
export function findRanking(record: readonly RecordedTransition[]): RecordedTransition | undefined {
  const counts = ({ kind }: RecordedTransition): boolean => kind === 'accepted' || kind === 'timer';
  const ranking = record.findLast(
    (act) =>
      counts(act) &&
      (act.command === 'OPEN_PRICES' ||
        (act.to === 'annulled' && (act.command === 'FREEZE_EVALUATION' || act.command === 'CLOSE_BIDDING'))),
  );
  const order = record.findLast(({ kind }) => kind === 'order');
  const isUndone =
    ranking !== undefined &&
    order !== undefined &&
    order.seq > ranking.seq &&
    BEFORE_RANKING.some((phase) => phase === order.to);
  return isUndone ? undefined : ranking;
}

/** Parties that link two bids or more; one that a single bid names links nobody and is nobody's reading. */
function drawParties(evaluation: readonly EvaluatedBid[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const { affiliates } of evaluation) {
    for (const party of new Set(affiliates)) counts.set(party, (counts.get(party) ?? 0) + 1);
  }
  const seed = evaluation.map(({ bidId }) => bidId).sort();
  return new Map(
    [...counts]
      .filter(([, count]) => count > 1)
      .map(([party]) => ({ party, lot: sha256Hex(...seed, party) }))
      .sort((a, b) => (a.lot < b.lot ? -1 : 1))
      .map(({ party }, index) => [party, `Party ${index + 1}`]),
  );
}

export function labelBids(
  { evaluation, openedOffers, roster }: AuctionFacts,
  isRanked: boolean,
): readonly LabelledBid[] {
  const parties = drawParties(evaluation);
  return [...evaluation]
    .sort((a, b) => (a.bidId < b.bidId ? -1 : 1))
    .map((bid, index) => ({
      label: `Bid ${index + 1}`,
      bid,
      opened: isRanked ? openedOffers.find(({ organisationId }) => organisationId === bid.organisationId) : undefined,
      alias: isRanked
        ? (roster.find(({ organisationId }) => organisationId === bid.organisationId)?.alias ?? null)
        : null,
      linkedWith: bid.affiliates.flatMap((party) => parties.get(party) ?? []).sort(),
    }));
}

/**
 * The question that calculator 1 answered, with the names of the protocol. A price that stays closed is that of a bid
 * which is rejected on other grounds: the bound stands in for it and changes nothing.
 */
function askQualification(
  context: AuctionContext,
  bids: readonly LabelledBid[],
  notice: string | undefined,
): QualificationInput {
  const { kind, previousHadTqb } = context.attempt;
  const bound = Percent.parse(context.terms.bound);
  const asOf = findLocalDate(notice);
  return {
    direction: schemeOf(context).direction,
    attempt: kind,
    boundPercent: bound,
    bids: bids.map(({ label, bid, opened, linkedWith }) => ({
      bidder: label,
      percent: Percent.find(opened?.percent ?? undefined) ?? bound,
      eligible:
        opened === undefined ? bid.result === 'PASSED' : opened.rejection !== 'NOT_ELIGIBLE' && bid.result === 'PASSED',
      affiliates: linkedWith,
    })),
    ...(kind === 'SECOND' && previousHadTqb === false ? { firstAttemptHadTqb: false } : {}),
    ...(asOf === undefined ? {} : { asOf }),
  };
}

const showRequest = ({ boundPercent, bids, ...rest }: QualificationInput): Shown => ({
  ...rest,
  boundPercent: boundPercent.format(),
  bids: bids.map(({ percent, ...bid }) => ({ ...bid, percent: percent.format() })),
});

/**
 * The first round: every bid with its finding, the prices that were opened, and the ranking with the question to the
 * public calculator, its working and its answer. Null where the evaluation was never closed: nothing was decided of
 * any bid then. Mineral (Auction) Rules, 2015, r. 9.
 */
export function showFirstRound(material: AuctionProtocolMaterial, record: readonly RecordedTransition[]): Shown | null {
  const { row, facts, lawOf } = material;
  const ranking = findRanking(record);
  const frozen = record.findLast(({ command, kind }) => command === 'FREEZE_EVALUATION' && kind === 'accepted');
  if (ranking === undefined && frozen === undefined) return null;
  const bids = labelBids(facts, ranking?.command === 'OPEN_PRICES');
  return {
    bids: bids.map(({ label, bid, opened, alias, linkedWith }) => ({
      bid: label,
      alias,
      finding: bid.result,
      grounds: bid.grounds,
      linkedWith,
      percent: opened?.percent ?? null,
      rank: opened?.rank ?? null,
      qualified: opened?.qualified ?? false,
      rejection: opened?.rejection ?? null,
    })),
    ranking: ranking === undefined ? null : showRanking(material, bids, ranking),
    proceeded: showProceeding(record, ranking),
    law:
      ranking === undefined
        ? null
        : showLaw(new LawReader(lawOf(ranking.lawHash), row.anchors, localDateAt(ranking.at))),
  };
}

function showRanking(
  { row, lawOf }: AuctionProtocolMaterial,
  bids: readonly LabelledBid[],
  ranking: RecordedTransition,
): Shown {
  const law = new LawReader(lawOf(ranking.lawHash), row.anchors, localDateAt(ranking.at));
  const request = askQualification(row.context, bids, row.anchors['notice']);
  const { result, working, rules, confidence } = qualify(request, law);
  return {
    at: formatInstant(ranking.at),
    hash: ranking.hash,
    calculator: 'qualification',
    request: showRequest(request),
    result,
    working,
    rules,
    confidence,
  };
}

/** The decision of an authority to go on with fewer than the number, where it took one. */
function showProceeding(record: readonly RecordedTransition[], ranking: RecordedTransition | undefined): Shown | null {
  const act = record.findLast(({ command, kind }) => command === 'DECIDE_TO_PROCEED' && kind === 'accepted');
  if (act === undefined || ranking === undefined || act.seq < ranking.seq) return null;
  return { at: formatInstant(act.at), hash: act.hash, reason: act.form?.['reason'] ?? null };
}

/** The numbers of the law that the ranking rests on, so that nobody has to look them up. */
function showLaw(law: LawReader): Shown {
  return {
    minimumTqb: law.integer('qualification.minimum-tqb'),
    topBidders: law.integer('qualification.top-bidders'),
    rankSharePercent: law.decimal('qualification.rank-share'),
    affiliatesAreBarred: law.read('qualification.affiliate-bar').value === true,
  };
}
