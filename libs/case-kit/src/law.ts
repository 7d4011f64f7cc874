import type { ProvisionRef } from './refusal.js';

/** How far a number of the law may be trusted; the order is from the strongest to the weakest. */
export const CONFIDENCES = ['primary', 'secondary', 'derived', 'policy', 'unverified'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** One version of one statutory parameter, as a decision reads it. */
export interface LawValue {
  readonly name: string;
  /** Identifies the version that was read; recorded on the transition. */
  readonly version: string;
  /** Decimal string, integer, date, list or table; never a float. */
  readonly value: unknown;
  readonly provision: ProvisionRef;
  readonly confidence: Confidence;
  /** Two people have signed this version. */
  readonly signed: boolean;
}

/** An immutable snapshot of rule book and holiday lists, named by the SHA-256 of its canonical text (hex). */
export interface LawSnapshot {
  readonly hash: string;
  /** The version in force on a date (`YYYY-MM-DD`, Asia/Kolkata), or undefined when there is none. */
  find(name: string, on: string): LawValue | undefined;
  /** The anchor that chooses the version of this parameter (for example `notice`), or undefined when it is unknown. */
  anchorOf(name: string): string | undefined;
  /** Closed days (`YYYY-MM-DD`) of a jurisdiction; the central list when the State has none of its own. */
  holidays(jurisdiction: string): readonly string[];
}

/** A value that a decision rested on: kept on the transition. */
export interface LawRead {
  readonly name: string;
  readonly version: string;
  readonly anchoredOn: string;
}

/** Thrown when a decision asks for a parameter that the snapshot does not hold on the date of its anchor. */
export class LawMissing extends Error {
  constructor(
    readonly parameter: string,
    readonly on: string,
  ) {
    super(`the rule book holds no value of ${parameter} in force on ${on}`);
    this.name = 'LawMissing';
  }
}

/**
 * The law as one decision sees it: each parameter is read on the date of its own anchor, or on the fallback date
 * (the day of the command) when the case does not have that anchor yet. Every read is remembered.
 */
export class LawReader {
  readonly #reads = new Map<string, LawRead>();

  constructor(
    readonly snapshot: LawSnapshot,
    private readonly anchors: Readonly<Record<string, string>>,
    private readonly today: string,
  ) {}

  read(name: string): LawValue {
    const anchor = this.snapshot.anchorOf(name);
    const on = (anchor === undefined ? undefined : this.anchors[anchor]) ?? this.today;
    const value = this.snapshot.find(name, on);
    if (value === undefined) throw new LawMissing(name, on);
    this.#reads.set(name, { name, version: value.version, anchoredOn: on });
    return value;
  }

  /** An integer parameter, for example a limit in days or minutes. */
  integer(name: string): number {
    const { value } = this.read(name);
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    if (typeof value === 'string' && /^\d+$/.test(value)) return Number(value);
    throw new TypeError(`parameter ${name} is not an integer`);
  }

  /** A decimal parameter as its exact string, for example a percentage. */
  decimal(name: string): string {
    const { value } = this.read(name);
    if (typeof value !== 'string') throw new TypeError(`parameter ${name} is not a decimal string`);
    return value;
  }

  holidays(jurisdiction: string): readonly string[] {
    return this.snapshot.holidays(jurisdiction);
  }

  get reads(): readonly LawRead[] {
    return [...this.#reads.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
