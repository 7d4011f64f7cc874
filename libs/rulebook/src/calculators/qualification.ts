import { Percent } from '#case-kit';
import { defineCalculator } from '../calculator.js';
import { Reasoning, type CalculatorAnswer, type LawOn } from '../reasoning.js';
import {
  dateField,
  flagField,
  listOf,
  nameField,
  objectOf,
  oneOf,
  optional,
  percentField,
  required,
  type ValueOf,
} from '../request.js';
import { findLinkedBidders } from './affiliates.js';
import { compareCodePoints } from './code-points.js';
import { qualificationSentences as sentences } from './qualification.sentences.js';

const bidShape = {
  bidder: required(nameField),
  percent: required(percentField),
  eligible: optional(flagField),
  affiliates: optional(listOf(nameField)),
};

const bidField = objectOf(bidShape, ({ bidder, affiliates }, refuse) => {
  if (bidder !== undefined && affiliates?.includes(bidder)) refuse('affiliates', 'names the bidder itself');
});

const shape = {
  direction: required(oneOf('ascending', 'descending')),
  attempt: required(oneOf('FIRST', 'SECOND', 'DE_NOVO')),
  boundPercent: required(percentField),
  bids: required(
    listOf(bidField, (bids, field, refuse) => {
      const seen = new Set<string>();
      bids.forEach((bid, index) => {
        if (bid === undefined) return;
        if (seen.has(bid.bidder)) refuse(`${field}[${index}].bidder`, 'is named by an earlier bid');
        seen.add(bid.bidder);
      });
    }),
  ),
  minimumTqb: optional(oneOf(2, 3)),
  firstAttemptHadTqb: optional(flagField),
  asOf: optional(dateField),
};

export type QualificationInput = ValueOf<typeof shape>;
export type QualificationBid = ValueOf<typeof bidShape>;

export interface RankedBid {
  readonly bidder: string;
  readonly percent: string;
  readonly rank: number;
}

export interface RejectedBid {
  readonly bidder: string;
  readonly reason: 'NOT_ELIGIBLE' | 'BEYOND_BOUND' | 'AFFILIATE';
}

export interface QualificationResult {
  readonly outcome: 'QUALIFIED' | 'ANNULLED' | 'AUTHORITY_DECIDES';
  readonly reason: null | 'NIL_BIDS' | 'NO_TQB' | 'LT3_TQB';
  readonly technicallyQualified: readonly string[];
  readonly rejected: readonly RejectedBid[];
  readonly ranks: readonly RankedBid[];
  readonly qualified: readonly string[];
  readonly secondRoundBound: string | null;
  readonly nextAttempts: readonly ('SECOND' | 'DE_NOVO')[];
}

interface Ranked {
  readonly bidder: string;
  readonly percent: Percent;
  readonly rank: number;
}

/**
 * Who is technically qualified, how they rank, and who may bid in the second round.
 * Percentages are percentage points of the value of mineral despatched (ascending) or of the premium (descending).
 * Mineral (Auction) Rules, 2015, rr. 8 and 9.
 */
export function qualify(input: QualificationInput, law: LawOn): CalculatorAnswer<QualificationResult> {
  const reasoning = new Reasoning(law);
  const { passed, rejected } = screenBids(input, reasoning);
  const ranked = rankBids(passed, input.direction);
  const names = ranked.map(({ bidder }) => bidder);
  const best = ranked[0]?.percent ?? null;
  if (best !== null) reasoning.say(`Best offer of the ${ranked.length} technically qualified: ${best.format()} %.`);

  const judged = judgeNumber(input, ranked.length, reasoning);
  const goesOn = judged.outcome !== 'ANNULLED';
  const qualified = goesOn ? selectTop(ranked, input.direction, reasoning) : [];
  return reasoning.answer({
    outcome: judged.outcome,
    reason: judged.reason,
    technicallyQualified: names,
    rejected: [...rejected].sort((a, b) => compareCodePoints(a.bidder, b.bidder)),
    ranks: ranked.map(({ bidder, percent, rank }) => ({ bidder, percent: percent.format(), rank })),
    qualified: qualified.map(({ bidder }) => bidder),
    secondRoundBound: goesOn && best !== null ? best.format() : null,
    nextAttempts: judged.nextAttempts,
  });
}

function screenBids(
  { bids, direction, boundPercent }: QualificationInput,
  reasoning: Reasoning,
): { passed: readonly QualificationBid[]; rejected: readonly RejectedBid[] } {
  const linked = findBarredAffiliates(bids, reasoning);
  const beyond = direction === 'ascending' ? -1 : 1;
  if (bids.length > 0) reasoning.apply(direction === 'ascending' ? sentences.reservePrice : sentences.ceiling);
  const passed: QualificationBid[] = [];
  const rejected: RejectedBid[] = [];
  let severalGrounds = false;
  for (const bid of bids) {
    const grounds: RejectedBid['reason'][] = [];
    if (linked.has(bid.bidder)) grounds.push('AFFILIATE');
    if (bid.eligible === false) grounds.push('NOT_ELIGIBLE');
    if (bid.percent.compare(boundPercent) === beyond) grounds.push('BEYOND_BOUND');
    const [reason] = grounds;
    severalGrounds ||= grounds.length > 1;
    if (reason === undefined) passed.push(bid);
    else rejected.push({ bidder: bid.bidder, reason });
  }
  if (severalGrounds) reasoning.apply(sentences.oneReason);
  const bound = direction === 'ascending' ? 'reserve price' : 'ceiling';
  reasoning.say(
    `${bids.length} bids against the ${bound} of ${boundPercent.format()} %: ` +
      `${passed.length} technically qualified, ${rejected.length} rejected.`,
  );
  return { passed, rejected };
}

function findBarredAffiliates(bids: readonly QualificationBid[], reasoning: Reasoning): ReadonlySet<string> {
  if (!bids.some(({ affiliates = [] }) => affiliates.length > 0)) return new Set();
  if (!reasoning.flag('qualification.affiliate-bar')) {
    reasoning.say('Affiliates are not yet barred under the law of that date: their links are ignored.');
    return new Set();
  }
  reasoning.apply(sentences.affiliates);
  const linked = findLinkedBidders(bids);
  reasoning.say(`${linked.size} bids belong to a group of affiliates with two bids or more.`);
  return linked;
}

/** The best offer first; equal offers share a dense rank and stand in the order of their bidders' names. */
function rankBids(passed: readonly QualificationBid[], direction: QualificationInput['direction']): readonly Ranked[] {
  const sign = direction === 'ascending' ? -1 : 1;
  const ordered = [...passed].sort(
    (a, b) => sign * a.percent.compare(b.percent) || compareCodePoints(a.bidder, b.bidder),
  );
  let rank = 0;
  let before: Percent | undefined;
  return ordered.map(({ bidder, percent }) => {
    if (before === undefined || !percent.equals(before)) rank += 1;
    before = percent;
    return { bidder, percent, rank };
  });
}

type Judgement = Pick<QualificationResult, 'outcome' | 'reason' | 'nextAttempts'>;

function judgeNumber(input: QualificationInput, count: number, reasoning: Reasoning): Judgement {
  if (count === 0) {
    reasoning.apply(sentences.nobody);
    reasoning.say('Nobody is technically qualified: annulled; only a process de novo can follow.');
    return { outcome: 'ANNULLED', reason: input.bids.length === 0 ? 'NIL_BIDS' : 'NO_TQB', nextAttempts: ['DE_NOVO'] };
  }
  const minimum = input.minimumTqb ?? reasoning.integer('qualification.minimum-tqb');
  if (count >= minimum) {
    reasoning.say(`${count} technically qualified, at least ${minimum} are needed.`);
    return { outcome: 'QUALIFIED', reason: null, nextAttempts: [] };
  }
  const judgedDeNovo = input.attempt === 'SECOND' && input.firstAttemptHadTqb === false;
  if (judgedDeNovo) reasoning.apply(sentences.noResponsiveBid);
  if (input.attempt === 'SECOND' && !judgedDeNovo) {
    reasoning.apply(sentences.secondAttempt);
    reasoning.say(`${count} technically qualified, fewer than ${minimum}, in a second attempt: the authority decides.`);
    return { outcome: 'AUTHORITY_DECIDES', reason: 'LT3_TQB', nextAttempts: [] };
  }
  reasoning.apply(sentences.tooFew);
  if (input.attempt !== 'FIRST') reasoning.apply(sentences.deNovo);
  reasoning.say(`${count} technically qualified, fewer than ${minimum}: annulled.`);
  return { outcome: 'ANNULLED', reason: 'LT3_TQB', nextAttempts: ['SECOND', 'DE_NOVO'] };
}

/**
 * With more technically qualified bidders than the "top" number: every rank up to half their number, rounded up,
 * together with every offer at least as good as the last of the top. The two sets are nested, so this is the larger.
 */
function selectTop(
  ranked: readonly Ranked[],
  direction: QualificationInput['direction'],
  reasoning: Reasoning,
): readonly Ranked[] {
  if (direction === 'descending') reasoning.apply(sentences.mirrored);
  const top = reasoning.integer('qualification.top-bidders');
  if (ranked.length <= top) {
    reasoning.say(`${ranked.length} technically qualified, at most ${top}: all go on.`);
    return ranked;
  }
  reasoning.apply(sentences.denseRanks);
  reasoning.apply(sentences.topBiddersCounted);
  const share = reasoning.percent('qualification.rank-share');
  const { whole, rest } = Percent.ofHundredths(share.hundredths * BigInt(ranked.length)).divideInSteps(
    Percent.parse('100'),
  );
  const fraction = rest.hundredths > 0n;
  if (fraction) reasoning.apply(sentences.halfRoundedUp);
  const lastRank = Number(whole) + (fraction ? 1 : 0);
  const rankOfTop = ranked[top - 1]?.rank ?? 0;
  const selected = ranked.filter(({ rank }) => rank <= Math.max(lastRank, rankOfTop));
  reasoning.say(
    `${share.format()} % of ${ranked.length} is ranks 1 to ${lastRank}; offer number ${top} has rank ${rankOfTop}: ` +
      `${selected.length} go on.`,
  );
  return selected;
}

export const qualification = defineCalculator({
  name: 'qualification',
  summary:
    'Who is technically qualified in the first round, how the bidders rank, and who goes on to the second round.',
  request: objectOf(shape, ({ attempt, firstAttemptHadTqb }, refuse) => {
    if (firstAttemptHadTqb === false && attempt !== undefined && attempt !== 'SECOND') {
      refuse('firstAttemptHadTqb', 'may be false only for a second attempt');
    }
  }),
  sentences,
  parameters: [
    'qualification.affiliate-bar',
    'qualification.minimum-tqb',
    'qualification.top-bidders',
    'qualification.rank-share',
  ],
  lawDate: ({ asOf }, today) => asOf ?? today,
  answer: qualify,
});
