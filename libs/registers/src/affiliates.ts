/** A tie between two parties, to be read in both directions, with whatever shows it. */
export interface Tie<Evidence> {
  readonly a: string;
  readonly b: string;
  readonly evidence: Evidence;
}

/** One step of the way from one party to another. */
export interface Step<Evidence> {
  readonly from: string;
  readonly to: string;
  readonly evidence: Evidence;
}

/** Parties of the question that belong together, and how each is tied to the first of them. */
export interface PartyGroup<Evidence> {
  /** In code-point order; two at least. */
  readonly members: readonly string[];
  /** For every member but the first, a shortest way to it. */
  readonly paths: readonly { readonly to: string; readonly steps: readonly Step<Evidence>[] }[];
}

/**
 * Which of these parties belong together: ties are symmetric and are followed through any party, asked about or not
 * (policy). The answer does not depend on the order of what is given.
 */
export function groupParties<Evidence>(
  parties: readonly string[],
  ties: readonly Tie<Evidence>[],
): readonly PartyGroup<Evidence>[] {
  const neighbours = new Map<string, Step<Evidence>[]>();
  for (const { a, b, evidence } of ties) {
    addStep(neighbours, { from: a, to: b, evidence });
    addStep(neighbours, { from: b, to: a, evidence });
  }
  const asked = [...new Set(parties)].sort(comparePoints);
  const grouped = new Set<string>();
  const groups: PartyGroup<Evidence>[] = [];
  for (const first of asked) {
    if (grouped.has(first)) continue;
    const arrivals = walk(first, neighbours);
    const members = asked.filter((party) => arrivals.has(party));
    for (const member of members) grouped.add(member);
    if (members.length < 2) continue;
    const paths = members.slice(1).map((to) => ({ to, steps: traceBack(to, arrivals) }));
    groups.push({ members, paths });
  }
  return groups;
}

function addStep<Evidence>(neighbours: Map<string, Step<Evidence>[]>, step: Step<Evidence>): void {
  const steps = neighbours.get(step.from);
  if (steps === undefined) neighbours.set(step.from, [step]);
  else steps.push(step);
}

/** Every party that can be reached, with the step by which it was reached first; null for the beginning. */
function walk<Evidence>(
  first: string,
  neighbours: ReadonlyMap<string, readonly Step<Evidence>[]>,
): ReadonlyMap<string, Step<Evidence> | null> {
  const arrivals = new Map<string, Step<Evidence> | null>([[first, null]]);
  const queue = [first];
  for (let at = 0; at < queue.length; at += 1) {
    const steps = [...(neighbours.get(queue[at] ?? '') ?? [])].sort((a, b) => comparePoints(a.to, b.to));
    for (const step of steps) {
      if (arrivals.has(step.to)) continue;
      arrivals.set(step.to, step);
      queue.push(step.to);
    }
  }
  return arrivals;
}

function traceBack<Evidence>(
  to: string,
  arrivals: ReadonlyMap<string, Step<Evidence> | null>,
): readonly Step<Evidence>[] {
  const steps: Step<Evidence>[] = [];
  for (let step = arrivals.get(to) ?? null; step !== null; step = arrivals.get(step.from) ?? null) steps.push(step);
  return steps.reverse();
}

/** By code points, as the calculators order names. */
function comparePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i += 1) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
