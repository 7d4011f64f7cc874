import type { StateValue } from 'xstate';
import { endAfterStops, type CaseRow, type Hold } from '#case-kit';
import type { AuctionContext, Pause, Phase, RoundTwo, ScheduleDate } from './block-auction.model.js';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** An order of a court and a direction of the Centre both stop the clocks of an auction. */
export const STOPPING: readonly Hold['kind'][] = ['court-stay', 'central-direction'];

type Row = CaseRow<AuctionContext>;

/** The machine has no nested states, so that a state is its phase. */
export function phaseOf(state: StateValue): Phase {
  if (typeof state !== 'string') throw new TypeError('an auction has no nested states');
  return state as Phase;
}

/** When a clock of an auction ends that began at `runsFrom`: one arithmetic with the engine's own timers. */
export function endOf(end: number, runsFrom: number, holds: readonly Hold[]): number | null {
  return endAfterStops(end, runsFrom, holds, STOPPING);
}

/** An outage stops the clock of the round exactly as an order would; it is no hold, for it blocks by its state alone. */
function asHold({ from, until }: Pause): Hold {
  return { id: '', kind: 'central-direction', orderReference: '', from, until: null, releasedAt: until };
}

/** The last instant of a date of the schedule, as moved by holds; null while one stands. */
export function scheduledEnd({ context, holds }: Row, date: ScheduleDate): number | null {
  const { schedule } = context;
  return endOf(schedule[date], schedule.since[date], holds);
}

/** When the second round begins; null while a hold stands or before it is scheduled. */
export function roundTwoStart({ context, holds }: Row): number | null {
  const { round } = context;
  if (round === null || round.startsAt === null || round.scheduledAt === null) return null;
  return endOf(round.startsAt, round.scheduledAt, holds);
}

/**
 * The last instant for final offers, epoch milliseconds; null while it is stayed, paused or not open. The announced end
 * and the latest extension run from different instants, therefore each is moved by the holds and outages of its own
 * time and the later one counts. Mineral (Auction) Rules, 2015, r. 9(9)(i).
 */
export function roundTwoEnd({ context, holds }: Row): number | null {
  const { round } = context;
  if (round === null || round.closesAt === null || round.startedAt === null) return null;
  const stops = [...holds, ...round.pauses.map(asHold)];
  const announced = endOf(round.closesAt, round.startedAt, stops);
  if (round.extendedTo === null || round.extendedAt === null) return announced;
  const extended = endOf(round.extendedTo, round.extendedAt, stops);
  return announced === null || extended === null ? null : Math.max(announced, extended);
}

/** When a paused round goes on; null while a hold stands or before its resumption is announced. */
export function resumptionOf({ context, holds }: Row): number | null {
  const { round } = context;
  if (round === null || round.resumesAt === null || round.resumptionSetAt === null) return null;
  return endOf(round.resumesAt, round.resumptionSetAt, holds);
}

/** The second round of a case that has one. */
export function getRound({ round }: AuctionContext): RoundTwo {
  if (round === null) throw new TypeError('this auction has no second round yet');
  return round;
}
