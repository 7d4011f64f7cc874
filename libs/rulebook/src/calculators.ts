import type { LawSnapshot } from '#case-kit';
import type { Calculator } from './calculator.js';
import { bidSecurity } from './calculators/bid-security.js';
import { deadline } from './calculators/deadline.js';
import { finalOffer } from './calculators/final-offer.js';
import { netWorth } from './calculators/net-worth.js';
import { qualification } from './calculators/qualification.js';
import type { CalculatorAnswer } from './reasoning.js';
import type { FieldError } from './request.js';

/** Every public calculator, in the order of the contract. */
const inOrder: readonly Calculator[] = [qualification, finalOffer, bidSecurity, netWorth, deadline];

export const calculators: ReadonlyMap<string, Calculator> = new Map(
  inOrder.map((calculator) => [calculator.name, calculator]),
);

export type CalculatorOutcome =
  | { readonly status: 200; readonly body: CalculatorAnswer }
  | { readonly status: 400; readonly errors: readonly FieldError[] }
  | { readonly status: 404 };

/**
 * Answers a public request: 200 with the working shown, 400 with one entry for each bad field, 404 for a name that is
 * no calculator's. `today` (`YYYY-MM-DD`, Asia/Kolkata) is the default of `asOf`. Pure.
 */
export function runCalculator(name: string, body: unknown, law: LawSnapshot, today: string): CalculatorOutcome {
  const calculator = calculators.get(name);
  if (calculator === undefined) return { status: 404 };
  const computed = calculator.compute(body, law, today);
  return 'errors' in computed ? { status: 400, errors: computed.errors } : { status: 200, body: computed.answer };
}
