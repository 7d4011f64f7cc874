import type { Confidence, ProvisionRef } from '#case-kit';

/**
 * A rule of law without a number of its own, as the calculators apply it: where it stands, what it says, and how far
 * its reading may be trusted.
 */
export interface Sentence {
  readonly ref: ProvisionRef;
  readonly text: string;
  readonly source: string;
  readonly confidence: Confidence;
}

/** The sentences of one calculator by name; the rule index lists them. */
export type Sentences = Readonly<Record<string, Sentence>>;
