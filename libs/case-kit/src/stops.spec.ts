import fc from 'fast-check';
import type { Hold } from './case-row.js';
import { endAfterStops } from './stops.js';

const KINDS: readonly Hold['kind'][] = ['court-stay'];

function holdOf(from: number, releasedAt: number | null, kind: Hold['kind'] = 'court-stay'): Hold {
  return { id: `h${from}`, kind, orderReference: 'W.P. 1/2026', from, until: null, releasedAt };
}

/** The slow way: the clock ticks only in minutes that no hold covers. */
function tick(end: number, runsFrom: number, holds: readonly Hold[]): number {
  let now = runsFrom;
  for (let left = end - runsFrom; left > 0; now += 1) {
    if (!holds.some(({ from, releasedAt }) => from <= now && now < (releasedAt ?? Infinity))) left -= 1;
  }
  return now;
}

const holds = fc.array(
  fc.tuple(fc.nat(200), fc.nat(60)).map(([from, length]) => holdOf(from, from + length)),
  { maxLength: 6 },
);

describe('clocks that holds stop', () => {
  it('stand still while holds stand and give back exactly the time that they took', () => {
    fc.assert(
      fc.property(holds, fc.nat(100), fc.integer({ min: 1, max: 100 }), (all, runsFrom, length) => {
        const end = runsFrom + length;
        const moved = endAfterStops(end, runsFrom, all, KINDS);
        // A hold that begins at the very end still moves it: the end is the last instant in time.
        const atEnd = tick(end, runsFrom, all);
        const reached = all.filter(({ from }) => from === atEnd).map(({ releasedAt }) => releasedAt ?? 0);
        expect(moved).toBeGreaterThanOrEqual(atEnd);
        if (reached.length === 0) expect(moved).toBe(atEnd);
      }),
    );
  });

  it('have no end while a hold stands that began before it', () => {
    expect(endAfterStops(100, 0, [holdOf(50, null)], KINDS)).toBeNull();
    expect(endAfterStops(100, 0, [holdOf(101, null)], KINDS)).toBe(100);
    expect(endAfterStops(100, 60, [holdOf(50, 55)], KINDS)).toBe(100);
    expect(endAfterStops(100, 60, [holdOf(50, 70)], KINDS)).toBe(110);
  });

  it('count overlapping holds once and reach holds that the moved end runs into', () => {
    expect(endAfterStops(100, 0, [holdOf(10, 30), holdOf(20, 40)], KINDS)).toBe(130);
    expect(endAfterStops(100, 0, [holdOf(90, 110), holdOf(115, 125)], KINDS)).toBe(130);
  });

  it('are stopped only by the kinds of hold that their law names', () => {
    expect(endAfterStops(100, 0, [holdOf(10, 30, 'central-direction')], KINDS)).toBe(100);
  });
});
