const PATTERNS: Readonly<Record<2 | 3 | 4, RegExp>> = {
  2: /^\d+(?:\.\d{1,2})?$/,
  3: /^\d+(?:\.\d{1,3})?$/,
  4: /^\d+(?:\.\d{1,4})?$/,
};

export type DecimalPlaces = keyof typeof PATTERNS;

/**
 * Reads a decimal string as whole units of its last place: `findUnits('7.5', 2)` is 750n. Digits with a digit on both
 * sides of a point; no sign, separator or exponent. Anything else, a JSON number included, is undefined.
 */
export function findUnits(text: unknown, places: DecimalPlaces): bigint | undefined {
  if (typeof text !== 'string' || !PATTERNS[places].test(text)) return undefined;
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
}

/** Writes units of the last place with all its decimals: `formatUnits(750n, 2)` is `7.50`. */
export function formatUnits(units: bigint, places: DecimalPlaces): string {
  const sign = units < 0n ? '-' : '';
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

export function compareUnits(a: bigint, b: bigint): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An area in the unit of its field (hectares or square kilometres), exact to four decimals. */
export class Area {
  private constructor(
    /** Ten-thousandths of the unit. */
    readonly units: bigint,
  ) {}

  static ofUnits(units: bigint): Area {
    return new Area(units);
  }

  static find(text: unknown): Area | undefined {
    const units = findUnits(text, 4);
    return units === undefined ? undefined : new Area(units);
  }

  /** @throws RangeError when the text is not an area of at most four decimals. */
  static parse(text: string): Area {
    const area = Area.find(text);
    if (area === undefined) throw new RangeError(`not an area with at most four decimals: ${text}`);
    return area;
  }

  plus(other: Area): Area {
    return new Area(this.units + other.units);
  }

  minus(other: Area): Area {
    return new Area(this.units - other.units);
  }

  compare(other: Area): -1 | 0 | 1 {
    return compareUnits(this.units, other.units);
  }

  /** Always four decimals. */
  format(): string {
    return formatUnits(this.units, 4);
  }

  toJSON(): string {
    return this.format();
  }
}

/** A weight in tonnes, exact to the kilogram. */
export class Tonnes {
  private constructor(readonly kilograms: bigint) {}

  static find(text: unknown): Tonnes | undefined {
    const kilograms = findUnits(text, 3);
    return kilograms === undefined ? undefined : new Tonnes(kilograms);
  }

  /** @throws RangeError when the text is not a weight of at most three decimals. */
  static parse(text: string): Tonnes {
    const tonnes = Tonnes.find(text);
    if (tonnes === undefined) throw new RangeError(`not a weight in tonnes with at most three decimals: ${text}`);
    return tonnes;
  }

  compare(other: Tonnes): -1 | 0 | 1 {
    return compareUnits(this.kilograms, other.kilograms);
  }

  format(): string {
    return formatUnits(this.kilograms, 3);
  }

  toJSON(): string {
    return this.format();
  }
}
