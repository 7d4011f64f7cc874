import { compareUnits, findUnits, formatUnits } from './quantity.js';

/**
 * A percentage in hundredths of a percentage point. There is no upper bound: the law knows none, and final offers
 * beyond 100 % are common.
 */
export class Percent {
  private constructor(readonly hundredths: bigint) {}

  static ofHundredths(hundredths: bigint): Percent {
    return new Percent(hundredths);
  }

  /** A decimal string of at most two decimals without sign, or undefined. */
  static find(text: unknown): Percent | undefined {
    const hundredths = findUnits(text, 2);
    return hundredths === undefined ? undefined : new Percent(hundredths);
  }

  /** @throws RangeError when the text is not a percentage of at most two decimals. */
  static parse(text: string): Percent {
    const percent = Percent.find(text);
    if (percent === undefined) throw new RangeError(`not a percentage with at most two decimals: ${text}`);
    return percent;
  }

  compare(other: Percent): -1 | 0 | 1 {
    return compareUnits(this.hundredths, other.hundredths);
  }

  equals(other: Percent): boolean {
    return this.hundredths === other.hundredths;
  }

  minus(other: Percent): Percent {
    return new Percent(this.hundredths - other.hundredths);
  }

  /** How far apart two percentages are, never negative. */
  distanceTo(other: Percent): Percent {
    const difference = this.hundredths - other.hundredths;
    return new Percent(difference < 0n ? -difference : difference);
  }

  /**
   * How many steps this percentage holds: the whole ones, and what is left over.
   * @throws RangeError when the step is zero.
   */
  divideInSteps(step: Percent): { readonly whole: bigint; readonly rest: Percent } {
    if (step.hundredths === 0n) throw new RangeError('a step of zero divides nothing');
    return {
      whole: this.hundredths / step.hundredths,
      rest: new Percent(this.hundredths % step.hundredths),
    };
  }

  /** Always two decimals. */
  format(): string {
    return formatUnits(this.hundredths, 2);
  }

  toJSON(): string {
    return this.format();
  }
}
