import { ACTS } from '../acts.js';
import type { Sentences } from '../sentence.js';

const { auctionRules: act, policy } = ACTS;
const CONTRACT = 'Public contract of the calculators, calculator 2';
const GAZETTE = 'G.S.R. 406(E) of 20 May 2015, gazette p. 18';

export const finalOfferSentences = {
  improves: {
    ref: { act, provision: 'r. 9(9)(i)' },
    text: 'A final price offer is greater than the floor price and may be revised upwards until the auction closes.',
    source: GAZETTE,
    confidence: 'primary',
  },
  improvesDownwards: {
    ref: { act, provision: 'Chapter IIIA (exploration licence)' },
    text: 'A final offer for an exploration licence is below the lowest initial offer and below the best so far.',
    source: `${GAZETTE}, mirrored`,
    confidence: 'derived',
  },
  closingInstant: {
    ref: { act: policy, provision: 'calculator 2, closing instant' },
    text: 'An offer received at the very instant of closing is in time.',
    source: CONTRACT,
    confidence: 'policy',
  },
  grid: {
    ref: { act: policy, provision: 'calculator 2, step grid' },
    text: 'The distance of an offer from the bound is a whole number of steps.',
    source: CONTRACT,
    confidence: 'policy',
  },
  jump: {
    ref: { act: policy, provision: 'calculator 2, confirmation of a jump' },
    text: 'An offer more than a number of steps away from the best one counts only once its bidder has confirmed it.',
    source: `${CONTRACT}, after Omsairam Steels v Director of Mines, 2024 INSC 520`,
    confidence: 'policy',
  },
  extension: {
    ref: { act: policy, provision: 'calculator 2, extension' },
    text: 'An accepted offer moves the close to its receipt and the extension, if that is later; no other offer moves it.',
    source: 'Tender text of the auction platform in wide use, not confirmed',
    confidence: 'unverified',
  },
} as const satisfies Sentences;
