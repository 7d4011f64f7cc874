import type { Percent } from './percent.js';
import { compareUnits, findUnits, formatUnits } from './quantity.js';

/** Hundredths of a percentage point in the whole. */
const WHOLE = 10_000n;

/** Money in rupees, exact to the paisa. Published figures are of this kind. */
export class Rupees {
  static readonly ZERO = new Rupees(0n);

  private constructor(readonly paise: bigint) {}

  static ofPaise(paise: bigint): Rupees {
    return new Rupees(paise);
  }

  /** A decimal string of at most two decimals without sign, or undefined. */
  static find(text: unknown): Rupees | undefined {
    const paise = findUnits(text, 2);
    return paise === undefined ? undefined : new Rupees(paise);
  }

  /** The same, and a leading minus: only a net worth may be negative. */
  static findSigned(text: unknown): Rupees | undefined {
    if (typeof text !== 'string' || !text.startsWith('-')) return Rupees.find(text);
    const paise = findUnits(text.slice(1), 2);
    return paise === undefined ? undefined : new Rupees(-paise);
  }

  /** @throws RangeError when the text is not an amount of at most two decimals. */
  static parse(text: string): Rupees {
    const rupees = Rupees.find(text);
    if (rupees === undefined) throw new RangeError(`not an amount in rupees with at most two decimals: ${text}`);
    return rupees;
  }

  static sum(amounts: Iterable<Rupees>): Rupees {
    let paise = 0n;
    for (const amount of amounts) paise += amount.paise;
    return new Rupees(paise);
  }

  plus(other: Rupees): Rupees {
    return new Rupees(this.paise + other.paise);
  }

  minus(other: Rupees): Rupees {
    return new Rupees(this.paise - other.paise);
  }

  compare(other: Rupees): -1 | 0 | 1 {
    return compareUnits(this.paise, other.paise);
  }

  min(other: Rupees): Rupees {
    return this.paise <= other.paise ? this : other;
  }

  max(other: Rupees): Rupees {
    return this.paise >= other.paise ? this : other;
  }

  /** The same amount as a figure that may be divided without loss. */
  exact(): ExactRupees {
    return ExactRupees.ofPaise(this.paise, 1n);
  }

  /** A share of the amount, rounded once, half up, to the paisa. */
  portion(percent: Percent): Rupees {
    return this.exact().portion(percent).round();
  }

  /** Always two decimals, no separators: the form of requests, answers and records. */
  format(): string {
    return formatUnits(this.paise, 2);
  }

  /** For people: `Rs 9,12,21,315.00`, grouped in lakh and crore. */
  formatGrouped(): string {
    return `Rs ${groupDigits(this.format())}`;
  }

  toJSON(): string {
    return this.format();
  }
}

function groupDigits(amount: string): string {
  const sign = amount.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = amount.slice(sign.length).split('.');
  const head = whole.slice(0, -3).replace(/\B(?=(?:\d{2})+$)/g, ',');
  return `${sign}${head === '' ? '' : `${head},`}${whole.slice(-3)}.${fraction}`;
}

/** Money before it is published: a fraction of a paisa is kept, so that it is rounded once and compared exactly. */
export class ExactRupees {
  private constructor(
    private readonly numerator: bigint,
    private readonly denominator: bigint,
  ) {}

  /** @throws RangeError unless the denominator is positive. */
  static ofPaise(numerator: bigint, denominator: bigint): ExactRupees {
    if (denominator <= 0n) throw new RangeError('the denominator of an exact amount is positive');
    return new ExactRupees(numerator, denominator);
  }

  portion(percent: Percent): ExactRupees {
    return new ExactRupees(this.numerator * percent.hundredths, this.denominator * WHOLE);
  }

  compare(other: ExactRupees): -1 | 0 | 1 {
    return compareUnits(this.numerator * other.denominator, other.numerator * this.denominator);
  }

  min(other: ExactRupees): ExactRupees {
    return this.compare(other) <= 0 ? this : other;
  }

  /** To the paisa, half up: exactly half a paisa goes towards the greater amount. */
  round(): Rupees {
    const doubled = 2n * this.numerator + this.denominator;
    const divisor = 2n * this.denominator;
    const cut = doubled / divisor;
    // Division of bigints cuts towards zero; rounding half up cuts downwards.
    return Rupees.ofPaise(doubled < 0n && doubled % divisor !== 0n ? cut - 1n : cut);
  }
}
