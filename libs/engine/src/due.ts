import type { AnyCaseType, CaseRow, DueEvent, Hold, LawReader } from '#case-kit';

/** Events that the engine itself gives when they fall due. */
export const PROPOSAL_EXPIRES = 'engine.expire-proposal';
export const HOLD_ENDS = 'engine.end-hold';

const ENGINE_REF = { act: 'Adit', provision: 'engine' } as const;

/** Milliseconds for which holds of these kinds stopped a clock between two instants; overlapping holds count once. */
export function stoppedBetween(
  holds: readonly Hold[],
  kinds: readonly Hold['kind'][],
  from: number,
  to: number,
): number {
  const spans = holds
    .filter((hold) => kinds.includes(hold.kind))
    .map((hold) => [Math.max(hold.from, from), Math.min(hold.releasedAt ?? to, to)] as const)
    .filter(([start, end]) => end > start)
    .sort((a, b) => a[0] - b[0]);
  let total = 0;
  let reach = from;
  for (const [start, end] of spans) {
    if (end <= reach) continue;
    total += end - Math.max(start, reach);
    reach = end;
  }
  return total;
}

function afterStops(due: DueEvent, holds: readonly Hold[]): DueEvent | null {
  if (due.stoppedBy === undefined) return due;
  const { kinds, runsFrom } = due.stoppedBy;
  // A stop that begins after the clock has run out moves nothing; one that begins before it moves the end, which may
  // bring the next stop into reach: hence the loop.
  let at = due.at;
  for (;;) {
    const relevant = holds.filter((hold) => kinds.includes(hold.kind) && hold.from <= at);
    if (relevant.some((hold) => hold.releasedAt === null)) return null;
    const moved = due.at + stoppedBetween(relevant, kinds, runsFrom, Number.MAX_SAFE_INTEGER);
    if (moved === at) return { ...due, at };
    at = moved;
  }
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
    for (const proposal of row.proposals) {
      due.push({ clock: `proposal:${proposal.id}`, at: proposal.expiresAt, event: PROPOSAL_EXPIRES, ref: ENGINE_REF });
    }
  }
  for (const hold of row.holds) {
    if (hold.releasedAt === null && hold.until !== null) {
      due.push({ clock: `hold:${hold.id}`, at: hold.until, event: HOLD_ENDS, ref: ENGINE_REF });
    }
  }
  return due.sort((a, b) => a.at - b.at || (a.clock < b.clock ? -1 : 1));
}

/** The hold that stands, or undefined. */
export function standingHold(row: CaseRow): Hold | undefined {
  return row.holds.find((hold) => hold.releasedAt === null);
}
