import {
  endAfterStops,
  LawMissing,
  LawReader,
  localDateAt,
  type AnyCaseType,
  type CaseRow,
  type DueEvent,
  type Hold,
  type LawSnapshot,
} from '#case-kit';

/** Events that the engine itself gives when they fall due. */
export const PROPOSAL_EXPIRES = 'engine.expire-proposal';
export const HOLD_ENDS = 'engine.end-hold';

/** Name of the clock on which a proposal lapses. */
export const proposalClock = (id: string): string => `proposal:${id}`;

const ENGINE_REF = { act: 'Adit', provision: 'engine' } as const;

function afterStops(due: DueEvent, holds: readonly Hold[]): DueEvent | null {
  if (due.stoppedBy === undefined) return due;
  const at = endAfterStops(due.at, due.stoppedBy.runsFrom, holds, due.stoppedBy.kinds);
  return at === null ? null : { ...due, at };
}

/**
 * Every deadline of a case, computed from its record: those of its type, moved by the holds that stop them, and the
 * engine's own (expiry of proposals, end of holds with a fixed end). What has fired is left out. Earliest first.
 */
export function dueEventsOf(caseType: AnyCaseType, row: CaseRow, law: LawReader, closed: boolean): readonly DueEvent[] {
  const due: DueEvent[] = [];
  if (!closed) {
    for (const event of caseType.timers(row, law)) {
      const moved = afterStops(event, row.holds);
      if (moved !== null && moved.at > (row.fired[moved.clock] ?? Number.NEGATIVE_INFINITY)) due.push(moved);
    }
  }
  // On a closed case too: an order that sets its end aside may wait for its second person, and may lapse.
  for (const proposal of row.proposals) {
    due.push({ clock: proposalClock(proposal.id), at: proposal.expiresAt, event: PROPOSAL_EXPIRES, ref: ENGINE_REF });
  }
  for (const hold of row.holds) {
    if (hold.releasedAt === null && hold.until !== null) {
      due.push({ clock: `hold:${hold.id}`, at: hold.until, event: HOLD_ENDS, ref: ENGINE_REF });
    }
  }
  return due.sort((a, b) => a.at - b.at || (a.clock < b.clock ? -1 : 1));
}

/** The deadlines of an open case for an explanation, which rests on none of them; none while a number is missing. */
export function findDueEvents(caseType: AnyCaseType, row: CaseRow, law: LawSnapshot, at: number): readonly DueEvent[] {
  try {
    return dueEventsOf(caseType, row, new LawReader(law, row.anchors, localDateAt(at)), false);
  } catch (error) {
    if (error instanceof LawMissing) return [];
    throw error;
  }
}

/** The hold that stands, or undefined. */
export function standingHold(row: CaseRow): Hold | undefined {
  return row.holds.find((hold) => hold.releasedAt === null);
}
