import { Percent, type Rupees } from '#case-kit';
import { ACTS } from '../acts.js';
import { defineCalculator } from '../calculator.js';
import { Reasoning, type CalculatorAnswer, type LawOn } from '../reasoning.js';
import { dateField, flagField, moneyField, objectOf, oneOf, optional, required, type ValueOf } from '../request.js';
import type { Sentences } from '../sentence.js';

const shape = {
  concession: required(oneOf('ML', 'CL')),
  valueOfEstimatedResources: required(moneyField),
  proposer: optional(flagField),
  asOf: optional(dateField),
};

const sentences = {
  halvedAfterCap: {
    ref: { act: ACTS.policy, provision: 'calculator 3, share of the proposer' },
    text: "The proposer's share is taken of the capped amount, before it is rounded.",
    source: 'Public contract of the calculators, calculator 3',
    confidence: 'policy',
  },
} as const satisfies Sentences;

export type BidSecurityInput = ValueOf<typeof shape>;

export interface BidSecurityResult {
  /** Rupees. */
  readonly amount: string;
  /** The cap, before the proposer's share is taken, when the uncapped figure is above it; else null. */
  readonly cappedAt: string | null;
}

const WHOLE = Percent.parse('100');

/**
 * The bid security of a mining lease or a composite licence, in rupees.
 * Mineral (Auction) Rules, 2015, rr. 9 and 17; half for the proposer of a block since 14 December 2021.
 */
export function computeBidSecurity(input: BidSecurityInput, law: LawOn): CalculatorAnswer<BidSecurityResult> {
  const reasoning = new Reasoning(law);
  const { concession, valueOfEstimatedResources: value, proposer = false } = input;
  const rate = reasoning.percent('bid-security.percent');
  const uncapped = value.exact().portion(rate);
  reasoning.say(
    `${rate.format()} % of ${value.formatGrouped()} (${concession}) is ${uncapped.round().formatGrouped()}.`,
  );

  const cap = reasoning.cap('bid-security.cap');
  const cappedAt: Rupees | null = cap !== null && uncapped.compare(cap.exact()) > 0 ? cap : null;
  if (cappedAt !== null) reasoning.say(`Capped at ${cappedAt.formatGrouped()}.`);
  else if (cap !== null) reasoning.say(`Not above the cap of ${cap.formatGrouped()}.`);

  let due = cappedAt?.exact() ?? uncapped;
  if (proposer) {
    const share = reasoning.percent('bid-security.proposer-percent');
    if (!share.equals(WHOLE)) reasoning.apply(sentences.halvedAfterCap);
    due = due.portion(share);
    reasoning.say(`The proposer of the block gives ${share.format()} % of it: ${due.round().formatGrouped()}.`);
  }
  return reasoning.answer({ amount: due.round().format(), cappedAt: cappedAt?.format() ?? null });
}

export const bidSecurity = defineCalculator({
  name: 'bid-security',
  summary: 'The security that a bidder gives with a bid for a mining lease or a composite licence.',
  request: objectOf(shape, ({ concession, proposer }, refuse) => {
    if (proposer === true && concession === 'ML') refuse('proposer', 'may be true only for a composite licence');
  }),
  sentences,
  parameters: ['bid-security.percent', 'bid-security.cap', 'bid-security.proposer-percent'],
  lawDate: ({ asOf }, today) => asOf ?? today,
  answer: computeBidSecurity,
});
