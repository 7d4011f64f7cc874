import type { Hold } from './case-row.js';

/**
 * When a clock ends that began at `runsFrom` and would end at `end` if nothing stopped it (epoch milliseconds); null
 * while a hold stands that stops it. A hold moves the end by as long as it stood within the clock's own time, as moved
 * by earlier holds; overlapping holds count once; a hold that begins after the end moves nothing.
 */
export function endAfterStops(
  end: number,
  runsFrom: number,
  holds: readonly Hold[],
  kinds: readonly Hold['kind'][],
): number | null {
  const stops = holds.filter(({ kind }) => kinds.includes(kind)).sort((a, b) => a.from - b.from);
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
