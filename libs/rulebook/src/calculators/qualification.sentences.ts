import { ACTS } from '../acts.js';
import type { Sentences } from '../sentence.js';

const { auctionRules: act, policy } = ACTS;
const CONTRACT = 'Public contract of the calculators, calculator 1';
const DIGESTS = 'Digests of State of Jharkhand v Sociedade de Fomento, 2023 INSC 1010';

export const qualificationSentences = {
  reservePrice: {
    ref: { act, provision: 'r. 8(1)' },
    text: 'An initial price offer is equal to or above the reserve price.',
    source: 'G.S.R. 406(E) of 20 May 2015, gazette pp. 15-17',
    confidence: 'primary',
  },
  ceiling: {
    ref: { act, provision: 'Chapter IIIA (exploration licence)' },
    text: 'An offer for an exploration licence is at most the ceiling that the Government set before the tender.',
    source: 'Press and ministry statements on the rules of 21 January 2024',
    confidence: 'secondary',
  },
  affiliates: {
    ref: { act: policy, provision: 'calculator 1, affiliates' },
    text: 'Links between bidders are symmetric and are followed through any named party; every bid of a linked group is rejected.',
    source: CONTRACT,
    confidence: 'policy',
  },
  oneReason: {
    ref: { act: policy, provision: 'calculator 1, one reason per rejected bid' },
    text: 'A bid rejected on several grounds shows the first of: affiliate, not eligible, beyond the bound.',
    source: CONTRACT,
    confidence: 'policy',
  },
  denseRanks: {
    ref: { act, provision: 'r. 9(4), illustration of 2015' },
    text: 'Equal offers share a rank, and all who share it go on: ten bidders with three tied in the first half give seven.',
    source: 'G.S.R. 406(E) of 20 May 2015, gazette p. 18',
    confidence: 'primary',
  },
  halfRoundedUp: {
    ref: { act, provision: 'r. 9(4)' },
    text: 'Where the number of technically qualified bidders is odd, the half of the ranks is rounded up.',
    source: CONTRACT,
    confidence: 'unverified',
  },
  topBiddersCounted: {
    ref: { act: policy, provision: 'calculator 1, top five' },
    text: '"Top five" counts bidders, not ranks, and a tie at the fifth offer comes in.',
    source: CONTRACT,
    confidence: 'policy',
  },
  mirrored: {
    ref: { act: policy, provision: 'calculator 1, descending auctions' },
    text: 'An exploration licence is ranked by the same arithmetic with the lowest share first.',
    source: CONTRACT,
    confidence: 'policy',
  },
  tooFew: {
    ref: { act, provision: 'r. 9(10)' },
    text: 'With fewer technically qualified bidders than the minimum nobody qualifies and the attempt is annulled.',
    source: DIGESTS,
    confidence: 'secondary',
  },
  deNovo: {
    ref: { act, provision: 'r. 9(11)(a)' },
    text: 'A process begun de novo is judged as a first attempt.',
    source: 'Derived from r. 9(10) and r. 9(11)',
    confidence: 'derived',
  },
  secondAttempt: {
    ref: { act, provision: 'r. 9(12)' },
    text: 'A second attempt may go on with fewer than the minimum: the authority decides, with reasons.',
    source: 'Press on the amendment of 30 November 2017; digests of 2023 INSC 1010',
    confidence: 'secondary',
  },
  noResponsiveBid: {
    ref: { act: policy, provision: 'calculator 1, first attempt without responsive bid' },
    text: 'Where the first attempt had no responsive bid, the attempt that follows is judged as one de novo.',
    source: `${DIGESTS}; ${CONTRACT}`,
    confidence: 'policy',
  },
  nobody: {
    ref: { act, provision: 'r. 9(11)' },
    text: 'An attempt without any technically qualified bidder is annulled, and only a process de novo can follow.',
    source: DIGESTS,
    confidence: 'secondary',
  },
} as const satisfies Sentences;
