import { DateOutOfRange, formatInstant, localDateAt, Percent } from '#case-kit';
import { defineCalculator, MalformedRequest } from '../calculator.js';
import { Reasoning, type CalculatorAnswer, type LawOn } from '../reasoning.js';
import {
  dateField,
  flagField,
  instantField,
  integerField,
  nullable,
  objectOf,
  oneOf,
  optional,
  percentField,
  required,
  type ValueOf,
} from '../request.js';
import { finalOfferSentences as sentences } from './final-offer.sentences.js';

const shape = {
  direction: required(oneOf('ascending', 'descending')),
  boundPercent: required(percentField),
  bestPercent: required(nullable(percentField)),
  stepPercent: required(percentField),
  offerPercent: required(percentField),
  closesAt: required(instantField),
  receivedAt: required(instantField),
  extensionMinutes: required(integerField(0)),
  jumpSteps: optional(integerField(1)),
  confirmed: optional(flagField),
  asOf: optional(dateField),
};

export type FinalOfferInput = ValueOf<typeof shape>;

export interface FinalOfferResult {
  readonly accepted: boolean;
  readonly reason: null | 'NOT_BETTER_THAN_BOUND' | 'NOT_BETTER_THAN_BEST' | 'OFF_STEP' | 'AFTER_CLOSE';
  readonly needsConfirmation: boolean;
  /** RFC 3339 with offset +05:30. */
  readonly closesAt: string;
}

const MINUTE_MS = 60_000;

/**
 * Whether an offer of the second round counts, and when the auction closes after it. Instants are epoch milliseconds.
 * Mineral (Auction) Rules, 2015, r. 9(9).
 * @throws MalformedRequest when the close would move beyond the year 9999.
 */
export function judgeFinalOffer(input: FinalOfferInput, law: LawOn): CalculatorAnswer<FinalOfferResult> {
  const reasoning = new Reasoning(law);
  const reason = findFault(input, reasoning);
  const unchanged = formatInstant(input.closesAt);
  if (reason !== null) {
    reasoning.say(`Not accepted: ${reason}.`);
    return reasoning.answer({ accepted: false, reason, needsConfirmation: false, closesAt: unchanged });
  }
  if (isUnconfirmedJump(input, reasoning)) {
    return reasoning.answer({ accepted: false, reason, needsConfirmation: true, closesAt: unchanged });
  }
  return reasoning.answer({
    accepted: true,
    reason,
    needsConfirmation: false,
    closesAt: moveClose(input, reasoning),
  });
}

function findFault(input: FinalOfferInput, reasoning: Reasoning): FinalOfferResult['reason'] {
  const { direction, boundPercent, bestPercent, stepPercent, offerPercent, closesAt, receivedAt } = input;
  reasoning.apply(direction === 'ascending' ? sentences.improves : sentences.improvesDownwards);
  if (receivedAt === closesAt) reasoning.apply(sentences.closingInstant);
  if (receivedAt > closesAt) {
    reasoning.say(`Received ${(receivedAt - closesAt) / 1000} s after the close.`);
    return 'AFTER_CLOSE';
  }
  const better = direction === 'ascending' ? 1 : -1;
  const word = direction === 'ascending' ? 'above' : 'below';
  if (offerPercent.compare(boundPercent) !== better) {
    reasoning.say(`${offerPercent.format()} % is not ${word} the bound of ${boundPercent.format()} %.`);
    return 'NOT_BETTER_THAN_BOUND';
  }
  if (bestPercent !== null && offerPercent.compare(bestPercent) !== better) {
    reasoning.say(`${offerPercent.format()} % is not ${word} the best offer of ${bestPercent.format()} %.`);
    return 'NOT_BETTER_THAN_BEST';
  }
  reasoning.apply(sentences.grid);
  const { whole, rest } = offerPercent.distanceTo(boundPercent).divideInSteps(stepPercent);
  const distance = `${offerPercent.distanceTo(boundPercent).format()} points from the bound`;
  if (rest.hundredths !== 0n) {
    reasoning.say(`${distance} are ${whole} steps of ${stepPercent.format()} and ${rest.format()} over.`);
    return 'OFF_STEP';
  }
  reasoning.say(`${offerPercent.format()} % is ${word} bound and best; ${distance} are ${whole} steps.`);
  return null;
}

function isUnconfirmedJump(input: FinalOfferInput, reasoning: Reasoning): boolean {
  const { boundPercent, bestPercent, stepPercent, offerPercent, confirmed = false } = input;
  const jumpSteps = input.jumpSteps ?? reasoning.integer('final-offer.jump-steps');
  reasoning.apply(sentences.jump);
  const jump = offerPercent.distanceTo(bestPercent ?? boundPercent);
  const isJump = jump.compare(Percent.ofHundredths(stepPercent.hundredths * BigInt(jumpSteps))) === 1;
  const waits = isJump && !confirmed;
  reasoning.say(
    `${jump.format()} points from ${bestPercent === null ? 'the bound' : 'the best offer'} are ` +
      `${isJump ? 'more than' : 'at most'} ${jumpSteps} steps of ${stepPercent.format()}` +
      `${waits ? ': the bidder must confirm' : isJump ? ': confirmed' : ''}.`,
  );
  return waits;
}

function moveClose({ closesAt, receivedAt, extensionMinutes }: FinalOfferInput, reasoning: Reasoning): string {
  reasoning.apply(sentences.extension);
  const moved = Math.max(closesAt, receivedAt + extensionMinutes * MINUTE_MS);
  try {
    const close = formatInstant(moved);
    reasoning.say(`Accepted; with ${extensionMinutes} minutes from receipt the auction closes at ${close}.`);
    return close;
  } catch (error) {
    if (!(error instanceof DateOutOfRange)) throw error;
    throw new MalformedRequest([{ field: 'extensionMinutes', message: 'moves the close beyond 9999-12-31' }]);
  }
}

function isWritable(at: number): boolean {
  try {
    localDateAt(at);
    return true;
  } catch {
    return false;
  }
}

export const finalOffer = defineCalculator({
  name: 'final-offer',
  summary: 'Whether an offer of the live second round counts, and when the round closes after it.',
  request: objectOf(shape, ({ stepPercent, closesAt }, refuse) => {
    if (stepPercent?.hundredths === 0n) refuse('stepPercent', 'must be more than zero');
    if (closesAt !== undefined && !isWritable(closesAt)) refuse('closesAt', 'is in India a day outside 0000 to 9999');
  }),
  sentences,
  parameters: ['final-offer.jump-steps'],
  lawDate: ({ closesAt }) => localDateAt(closesAt),
  answer: judgeFinalOffer,
});
