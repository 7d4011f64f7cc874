import { Percent, Rupees, type ExactRupees } from '#case-kit';
import { defineCalculator } from '../calculator.js';
import { Reasoning, type CalculatorAnswer, type LawOn } from '../reasoning.js';
import {
  dateField,
  moneyField,
  objectOf,
  oneOf,
  optional,
  required,
  signedMoneyField,
  type ValueOf,
} from '../request.js';

const concessions = ['ML', 'CL', 'EL'] as const;
const applicants = ['COMPANY', 'INDIVIDUAL'] as const;
const comparisons = ['MORE_THAN', 'AT_LEAST'] as const;

const shape = {
  concession: required(oneOf(...concessions)),
  applicant: required(oneOf(...applicants)),
  valueOfEstimatedResources: optional(moneyField),
  netWorth: required(signedMoneyField),
  asOf: optional(dateField),
};

export type NetWorthInput = ValueOf<typeof shape>;
type Comparison = (typeof comparisons)[number];

export interface NetWorthResult {
  readonly eligible: boolean;
  /** Rupees, rounded; the comparison is made with the exact figure. */
  readonly required: string;
  readonly comparison: Comparison;
}

/** One row of Schedule I as the rule book holds it: for whom, above which value, which share of the value. */
interface Slab {
  readonly concession: string;
  readonly applicants: readonly string[];
  /** Rupees; the row is for values of estimated resources above it, or for any when null. */
  readonly valueAbove: string | null;
  readonly percent: string;
  readonly comparison: string;
}

/**
 * Whether a net worth suffices, in rupees; negative net worths are compared like any other.
 * Mineral (Auction) Rules, 2015, Schedule I.
 */
export function assessNetWorth(input: NetWorthInput, law: LawOn): CalculatorAnswer<NetWorthResult> {
  const reasoning = new Reasoning(law);
  const { need, comparison } =
    input.valueOfEstimatedResources === undefined
      ? { need: reasoning.rupees('net-worth.exploration-licence').exact(), comparison: 'AT_LEAST' as const }
      : findNeed(input, input.valueOfEstimatedResources, reasoning);
  const against = input.netWorth.exact().compare(need);
  const eligible = comparison === 'MORE_THAN' ? against > 0 : against >= 0;
  reasoning.say(
    `A net worth of ${input.netWorth.formatGrouped()} is ${eligible ? '' : 'not '}` +
      `${comparison === 'MORE_THAN' ? 'more than' : 'at least'} ${need.round().formatGrouped()}.`,
  );
  return reasoning.answer({ eligible, required: need.round().format(), comparison });
}

function findNeed(
  { concession, applicant }: NetWorthInput,
  value: Rupees,
  reasoning: Reasoning,
): { need: ExactRupees; comparison: Comparison } {
  const slab = findSlab(reasoning.read('net-worth.slabs') as readonly Slab[], concession, applicant, value);
  const percent = Percent.parse(slab.percent);
  const share = value.exact().portion(percent);
  const cap = reasoning.cap(`net-worth.cap-${concession.toLowerCase()}`);
  const need = cap === null ? share : share.min(cap.exact());
  reasoning.say(
    `${concession}, ${applicant}: ${percent.format()} % of ${value.formatGrouped()} is ${share.round().formatGrouped()}` +
      `${cap === null ? '; no cap at that date' : `, at most ${cap.formatGrouped()}`}.`,
  );
  const comparison = comparisons.find((word) => word === slab.comparison);
  if (comparison === undefined) throw new TypeError(`net-worth.slabs compares by ${slab.comparison}`);
  return { need, comparison };
}

/** The row with the highest threshold that the value passes. */
function findSlab(slabs: readonly Slab[], concession: string, applicant: string, value: Rupees): Slab {
  const [found] = slabs
    .filter((slab) => slab.concession === concession && slab.applicants.includes(applicant))
    .map((slab) => ({ slab, above: slab.valueAbove === null ? null : Rupees.parse(slab.valueAbove) }))
    .filter(({ above }) => above === null || value.compare(above) > 0)
    .sort((a, b) => (b.above === null ? -1 : a.above === null ? 1 : b.above.compare(a.above)));
  if (found === undefined) throw new TypeError(`net-worth.slabs has no row for ${concession}, ${applicant}`);
  return found.slab;
}

export const netWorth = defineCalculator({
  name: 'net-worth',
  summary: 'Whether the net worth of an applicant suffices for a mining lease, composite or exploration licence.',
  request: objectOf(shape, ({ concession, valueOfEstimatedResources: value }, refuse) => {
    if (concession === undefined) return;
    const field = 'valueOfEstimatedResources';
    if (concession === 'EL' && value !== undefined) refuse(field, 'is left out for an exploration licence');
    if (concession !== 'EL' && value === undefined) refuse(field, 'is required for a lease or a composite licence');
  }),
  sentences: {},
  parameters: ['net-worth.slabs', 'net-worth.cap-ml', 'net-worth.cap-cl', 'net-worth.exploration-licence'],
  lawDate: ({ asOf }, today) => asOf ?? today,
  answer: assessNetWorth,
});
