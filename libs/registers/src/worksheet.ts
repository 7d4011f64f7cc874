import { ExactRupees, Rupees, Tonnes, type Refusal } from '#case-kit';
import type { Block } from './block.model.js';
import { describeRefusal } from './register-rules.js';

/** One mineral or grade of a block: what is estimated to lie there, and what it is worth. */
export interface WorksheetLine {
  /** Code of a mineral of the block. */
  readonly mineral: string;
  readonly grade: string | null;
  /** Estimated quantity, at most three decimals. */
  readonly tonnes: string;
  /** Rupees per tonne as published, at most two decimals. */
  readonly averageSalePrice: string;
  /** Month (`YYYY-MM`) for which the price was published. */
  readonly month: string;
  /** Rupees, two decimals. */
  readonly value: string;
}

export interface ValueRecording {
  /** Rupees, two decimals. */
  readonly amount: string;
  /** `YYYY-MM-DD`. */
  readonly computedOn: string;
  readonly worksheet: readonly WorksheetLine[];
}

const KILOGRAMS_PER_TONNE = 1000n;
const OFFICER = 'the officer who computes the value';

/** Quantity times price, rounded once, half up, to the paisa. */
export function valueOf({ tonnes, averageSalePrice }: Pick<WorksheetLine, 'tonnes' | 'averageSalePrice'>): Rupees {
  const { kilograms } = Tonnes.parse(tonnes);
  const price = Rupees.parse(averageSalePrice);
  return ExactRupees.ofPaise(kilograms * price.paise, KILOGRAMS_PER_TONNE).round();
}

/** The same figures, each with all its decimals. */
export function normaliseValue({ amount, computedOn, worksheet }: ValueRecording): ValueRecording {
  return {
    amount: Rupees.parse(amount).format(),
    computedOn,
    worksheet: worksheet.map(({ mineral, grade, tonnes, averageSalePrice, month, value }) => ({
      mineral,
      grade,
      tonnes: Tonnes.parse(tonnes).format(),
      averageSalePrice: Rupees.parse(averageSalePrice).format(),
      month,
      value: Rupees.parse(value).format(),
    })),
  };
}

/**
 * Everything that is wrong with a value of estimated resources (Mineral (Auction) Rules, 2015, r. 2(1)(m)): every line
 * is quantity times price, their sum is the amount, and all is about this block. The audits of coal blocks found such
 * sums wrong often enough that none is taken on trust.
 */
export function judgeWorksheet(block: Block, { amount, computedOn, worksheet }: ValueRecording): readonly Refusal[] {
  const refusals: Refusal[] = [];
  if (block.concession === 'EL') {
    refusals.push(
      describeRefusal('exploration-licence-has-no-value', {
        datum: 'concession',
        found: 'EL',
        required: 'ML or CL',
        cure: { who: OFFICER, how: 'record no value; the auction of an exploration licence does not rest on one' },
      }),
    );
  }
  const codes = block.minerals.flatMap(({ code }) => (code === null ? [] : [code]));
  worksheet.forEach((line, index) => refusals.push(...judgeLine(line, `worksheet[${index}]`, codes, computedOn)));
  const sum = Rupees.sum(worksheet.map(({ value }) => Rupees.parse(value)));
  if (sum.compare(Rupees.parse(amount)) !== 0) {
    refusals.push(
      describeRefusal('value-is-the-sum', {
        datum: 'amount',
        found: amount,
        required: sum.format(),
        cure: { who: OFFICER, how: `state ${sum.format()}, or correct the lines` },
      }),
    );
  }
  return refusals;
}

function judgeLine(line: WorksheetLine, path: string, codes: readonly string[], computedOn: string): Refusal[] {
  const refusals: Refusal[] = [];
  if (!codes.includes(line.mineral)) {
    refusals.push(
      describeRefusal('value-is-of-the-block', {
        datum: `${path}.mineral`,
        found: line.mineral,
        required: codes.length === 0 ? 'a mineral that the block is recorded with; it has none yet' : codes,
        cure: { who: OFFICER, how: 'name a mineral of the block, or record the block with this mineral first' },
      }),
    );
  }
  if (line.month >= computedOn.slice(0, 7)) {
    refusals.push(
      describeRefusal('price-precedes-computation', {
        datum: `${path}.month`,
        found: line.month,
        required: `a month before ${computedOn.slice(0, 7)}`,
        cure: { who: OFFICER, how: 'take the price of an earlier month as published' },
      }),
    );
  }
  const value = valueOf(line);
  if (value.compare(Rupees.parse(line.value)) !== 0) {
    refusals.push(
      describeRefusal('line-is-quantity-times-price', {
        datum: `${path}.value`,
        found: line.value,
        required: value.format(),
        cure: { who: OFFICER, how: `state ${value.format()}, or correct quantity or price` },
      }),
    );
  }
  return refusals;
}
