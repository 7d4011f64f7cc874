/** One field that differs: as published, and as it is computed (or, in words, what is required). */
export interface Difference {
  readonly field: string;
  readonly published: unknown;
  readonly recomputed: unknown;
  readonly provision: string;
}

export interface Recounted {
  readonly differences: readonly Difference[];
  /** What rests on an act that nobody can compute. */
  readonly notes: readonly string[];
}

/** Thrown where a protocol is not of the format, so that nothing can be computed from it. */
export class Unreadable extends Error {}

/** @throws Unreadable */
export function recount(protocol: unknown): Recounted;

/** Recounts each file or address, prints what was found, and answers the exit status. */
export function run(sources: readonly string[], print?: (line: string) => void): Promise<0 | 1 | 2>;
