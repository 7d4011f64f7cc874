import type { StateValue } from 'xstate';
import { endAfterStops, type CaseRow, type Hold, type LawReader } from '#case-kit';
import type { FairStallContext, Phase } from './fair-stall.model.js';

export const MINUTE = 60_000;

/** Both kinds of order stop the clocks of a fair. Fair Rules, r. 16. */
export const STOPPING: readonly Hold['kind'][] = ['court-stay', 'central-direction'];

export function phaseOf(state: StateValue): Phase {
  return (typeof state === 'string' ? state : Object.keys(state)[0]) as Phase;
}

/** The last instant for applications, epoch milliseconds; null while a hold stands. Fair Rules, r. 5. */
export function applicationsEndOf({ context, holds }: CaseRow<FairStallContext>): number | null {
  return endAfterStops(
    context.applicationsCloseAt,
    context.publishedAt ?? context.applicationsCloseAt,
    holds,
    STOPPING,
  );
}

/**
 * The last instant for calls, epoch milliseconds; null while a hold stands or before the calling. The announced end
 * and the extension by the latest call run from different instants, therefore each is moved by the holds of its own
 * time and the later one counts. The minutes of the extension are those of the law that the case goes by, so that a
 * correction which it adopts moves the end. Fair Rules, r. 12.
 */
export function callingEndOf({ context, holds }: CaseRow<FairStallContext>, law: LawReader): number | null {
  if (context.closesAt === null || context.calledFrom === null) return null;
  const announced = endAfterStops(context.closesAt, context.calledFrom, holds, STOPPING);
  if (context.extendedAt === null) return announced;
  const extendedTo = context.extendedAt + law.integer('fair.extension-minutes') * MINUTE;
  const extended = endAfterStops(extendedTo, context.extendedAt, holds, STOPPING);
  return announced === null || extended === null ? null : Math.max(announced, extended);
}
