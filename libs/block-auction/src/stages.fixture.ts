import { formatInstant, type Actor } from '#case-kit';
import { DAY, HOUR, MINUTE } from './block-auction.clock.js';
import type { AttemptFact } from './block-auction.facts.js';
import { AuctionPlay } from './play.fixture.js';
import { ALPHA, BETA, CHAIR, documentOf, GAMMA, MEMBER, OFFICER, OPERATOR, PAPERS } from './world.fixture.js';

type Options = ConstructorParameters<typeof AuctionPlay>[0];

/** A bid that every rule passes; 0.25 % of Rs 2,000 crore is Rs 5 crore. */
export function bidOf(bidder: Actor, initialPriceOffer: string, changes: Readonly<Record<string, unknown>> = {}) {
  return {
    initialPriceOffer,
    documents: PAPERS.map((kind) => ({ kind, documentId: documentOf(bidder.organisationId, kind) })),
    security: {
      guaranteeNumber: `BG/${bidder.organisationId}`,
      bank: 'State Bank of India, Bhubaneswar',
      amount: '50000000.00',
      expiresOn: '2027-12-31',
    },
    affiliates: [] as string[],
    ...changes,
  };
}

export const PURCHASE = { paymentReference: 'UTR N1', amount: '300000.00' };
const REASON = 'Papers complete, guarantee confirmed by the bank, net worth above that of Schedule I.';

export function findingOf(bidId: string, changes: Readonly<Record<string, unknown>> = {}) {
  return { bidId, result: 'PASSED', assessedNetWorth: '9000000000.00', reason: REASON, ...changes };
}

export const SCREENING = { links: [], method: 'Declarations and registers were compared for all bidders.' };

export function bidIdOf(play: AuctionPlay, bidder: Actor): string {
  const bid = play.factsFor(bidder, ['ownBid']).ownBid;
  if (bid === null) throw new Error(`${bidder.organisationId} has no bid`);
  return bid.bidId;
}

const after = (play: AuctionPlay, milliseconds: number): string => formatInstant(play.at + milliseconds);

export const OFFERS: readonly (readonly [Actor, string])[] = [
  [ALPHA, '40.00'],
  [BETA, '63.55'],
  [GAMMA, '55.00'],
];

/** Finds on each bid and screens; all pass but those that are named. */
export function evaluate(play: AuctionPlay, failing: readonly Actor[] = []): void {
  for (const { bidId, organisationId } of play.factsFor(CHAIR, ['evaluation']).evaluation) {
    const fails = failing.some((bidder) => bidder.organisationId === organisationId);
    const finding = fails ? { result: 'FAILED', grounds: ['DOCUMENTS_MISSING'] } : {};
    play.mustGive('RECORD_FINDING', MEMBER, findingOf(bidId, finding));
  }
  play.mustGive('RECORD_SCREENING', MEMBER, SCREENING);
}

export type Stage =
  | 'draft'
  | 'saleOpen'
  | 'bidding'
  | 'bidsIn'
  | 'opening'
  | 'technicalEvaluation'
  | 'evaluated'
  | 'priceOpening'
  | 'qualified'
  | 'roundTwoScheduled'
  | 'roundTwoLive'
  | 'roundTwoPaused'
  | 'preferredBidderDeclared'
  | 'concluded';

interface StageOptions {
  readonly offers?: readonly (readonly [Actor, string])[];
  readonly play?: Options;
  /** Bidders whose technical bids fail. */
  readonly failing?: readonly Actor[];
}

/** Each stage and how it is reached from the one before it. */
const STEPS: readonly (readonly [
  Stage,
  (play: AuctionPlay, offers: readonly (readonly [Actor, string])[], failing: readonly Actor[]) => void,
])[] = [
  ['saleOpen', (play) => play.mustGive('PUBLISH_NOTICE', OFFICER)],
  [
    'bidding',
    (play, offers) => {
      for (const [bidder] of offers) play.mustGive('PURCHASE_TENDER', bidder, PURCHASE);
      play.letFallDue();
      play.at += DAY;
    },
  ],
  [
    'bidsIn',
    (play, offers) => {
      for (const [bidder, offer] of offers) play.mustGive('SUBMIT_BID', bidder, bidOf(bidder, offer));
    },
  ],
  ['opening', (play) => play.letFallDue()],
  [
    'technicalEvaluation',
    (play) => {
      play.at += HOUR;
      play.mustGive('OPEN_TECHNICAL', CHAIR);
    },
  ],
  ['evaluated', (play, _offers, failing) => evaluate(play, failing)],
  ['priceOpening', (play) => play.mustGive('FREEZE_EVALUATION', CHAIR)],
  [
    'qualified',
    (play) => {
      play.at += DAY;
      play.mustGive('OPEN_PRICES', CHAIR);
    },
  ],
  ['roundTwoScheduled', (play) => play.mustGive('SCHEDULE_ROUND_TWO', OFFICER, { startsAt: after(play, 2 * DAY) })],
  ['roundTwoLive', (play) => play.letFallDue()],
  [
    'roundTwoPaused',
    (play) => {
      play.at += 10 * MINUTE;
      play.mustGive('FINAL_OFFER', ALPHA, { percent: '64.00' });
      play.at += 10 * MINUTE;
      play.mustGive('PAUSE_ROUND_TWO', OPERATOR, {
        outageBeganAt: after(play, -5 * MINUTE),
        reason: 'The network of the platform failed.',
      });
      play.at += HOUR;
    },
  ],
  [
    'preferredBidderDeclared',
    (play) => {
      play.mustGive('ANNOUNCE_RESUMPTION', OPERATOR, { resumesAt: after(play, HOUR) });
      play.letFallDue();
      play.letFallDue();
    },
  ],
  [
    'concluded',
    (play, offers) => {
      play.at += 3 * DAY;
      for (const [bidder] of offers.filter(([one]) => one !== ALPHA)) {
        play.mustGive('RETURN_SECURITY', OFFICER, returnOf(play, bidder));
      }
      play.mustGive('CONCLUDE', OFFICER);
    },
  ],
];

export function returnOf(play: AuctionPlay, bidder: Actor) {
  return {
    organisationId: bidder.organisationId,
    guaranteeNumber: `BG/${bidder.organisationId}`,
    returnedOn: formatInstant(play.at).slice(0, 10),
    reference: 'Letter 88 to the bank',
  };
}

/** Plays an auction up to a stage: three bidders at 40.00, 63.55 and 55.00 unless others are named. */
export function playUntil(
  stage: Stage,
  { offers = OFFERS, play: options, failing = [] }: StageOptions = {},
): AuctionPlay {
  const play = new AuctionPlay(options);
  if (stage === 'draft') return play;
  for (const [name, reach] of STEPS) {
    reach(play, offers, failing);
    if (name === stage) return play;
  }
  throw new Error(`no stage ${stage}`);
}

/** A second attempt in which one bidder is technically qualified, before the authority has decided. */
export function playUntilDecision(): AuctionPlay {
  const play = playUntil('priceOpening', { offers: [[ALPHA, '40.00']], play: secondAttempt() });
  play.mustGive('OPEN_PRICES', CHAIR);
  return play;
}

/** An attempt that had technically qualified bidders, but too few. */
export const TOO_FEW: AttemptFact = {
  caseId: 'AUCTION-0',
  lineageId: 'block:PRACTICE-ML-1',
  ordinal: 1,
  kind: 'FIRST',
  scheme: 'mining-lease',
  phase: 'ANNULLED',
  reason: 'LT3_TQB',
  hadTqb: true,
  nextAttempts: ['SECOND', 'DE_NOVO'],
};

/** A second attempt after one that had too few technically qualified bidders. */
export function secondAttempt(): NonNullable<Options> {
  return { form: { attempt: 'SECOND', previousCaseId: TOO_FEW.caseId }, registers: { attempts: [TOO_FEW] } };
}
