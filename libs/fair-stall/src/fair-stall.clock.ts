import type { StateValue } from 'xstate';
import type { CaseRow, Hold } from '#case-kit';
import type { FairStallContext, Phase } from './fair-stall.model.js';

export const MINUTE = 60_000;

/** Both kinds of order stop the clocks of a fair. Fair Rules, r. 16. */
export const STOPPING: readonly Hold['kind'][] = ['court-stay', 'central-direction'];

export function phaseOf(state: StateValue): Phase {
  return (typeof state === 'string' ? state : Object.keys(state)[0]) as Phase;
}

/**
 * When a clock ends that began at `runsFrom` and would end at `end` if nothing stopped it; null while a hold stands.
 * A hold moves the end by as long as it stood within the clock's time; overlapping holds count once.
 */
export function endAfterStops(end: number, runsFrom: number, holds: readonly Hold[]): number | null {
  const stops = holds.filter(({ kind }) => STOPPING.includes(kind)).sort((a, b) => a.from - b.from);
  let moved = end;
  let reach = runsFrom;
  for (const { from, releasedAt } of stops) {
    if (from > moved) break;
    if (releasedAt === null) return null;
    const start = Math.max(from, reach);
    if (releasedAt <= start) continue;
    moved += releasedAt - start;
    reach = releasedAt;
  }
  return moved;
}

/** The last instant for applications, epoch milliseconds; null while a hold stands. Fair Rules, r. 5. */
export function applicationsEndOf({ context, holds }: CaseRow<FairStallContext>): number | null {
  return endAfterStops(context.applicationsCloseAt, context.publishedAt ?? context.applicationsCloseAt, holds);
}

/**
 * The last instant for calls, epoch milliseconds; null while a hold stands or before the calling. The announced end
 * and the extension by the latest call run from different instants, therefore each is moved by the holds of its own
 * time and the later one counts. Fair Rules, r. 12.
 */
export function callingEndOf({ context, holds }: CaseRow<FairStallContext>): number | null {
  if (context.closesAt === null || context.calledFrom === null) return null;
  const announced = endAfterStops(context.closesAt, context.calledFrom, holds);
  if (context.extendedTo === null || context.extendedAt === null) return announced;
  const extended = endAfterStops(context.extendedTo, context.extendedAt, holds);
  return announced === null || extended === null ? null : Math.max(announced, extended);
}
