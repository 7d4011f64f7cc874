import { playRandomAuction } from '../../apps/cli/src/recount/random-auction.js';
import type { ToldEntry, ToldProtocol } from './protocols.js';

/** The first random auction whose second round has what is looked for, and that round's entries. */
function findEntries(isWanted: (entries: readonly ToldEntry[]) => boolean): readonly ToldEntry[] {
  for (let number = 1; number < 5_000; number += 1) {
    const { roundTwo } = playRandomAuction(21, number) as { roundTwo: ToldProtocol['roundTwo'] | null };
    if (roundTwo !== null && isWanted(roundTwo.entries)) return roundTwo.entries;
  }
  throw new Error('no such round was drawn');
}

const isLive = (entries: readonly ToldEntry[], place: number): boolean => {
  const before = entries.slice(0, place).filter(({ type }) => ['STARTED', 'PAUSED', 'RESUMED'].includes(type));
  return ['STARTED', 'RESUMED'].includes(before.at(-1)?.type ?? '');
};

describe('the entries of the second round in a protocol', () => {
  it('tell after each of them which offer is best and under which alias it was made', () => {
    const entries = findEntries((all) => all.filter(({ outcome }) => outcome === 'ACCEPTED').length >= 3);
    let best: readonly unknown[] = [null, null];
    for (const entry of entries) {
      if (entry.outcome === 'ACCEPTED') best = [entry.percent, entry.alias];
      expect([entry.no, entry.best, entry['holder']]).toEqual([entry.no, ...best]);
    }
  });

  it('have no close while a stay stands, and name in its release the stay that was placed', () => {
    const placed = (all: readonly ToldEntry[]): number =>
      all.findIndex(({ type }, place) => type === 'HOLD_PLACED' && isLive(all, place));
    const released = (all: readonly ToldEntry[]): number =>
      all.findIndex(({ type }, place) => type === 'HOLD_RELEASED' && place > placed(all));
    const isOneStay = (all: readonly ToldEntry[]): boolean =>
      placed(all) > 0 && released(all) > 0 && all.filter(({ type }) => type === 'HOLD_PLACED').length === 1;
    const entries = findEntries(isOneStay);
    const during = entries.slice(placed(entries), released(entries));
    expect(during.map(({ closesAt }) => closesAt)).toEqual(during.map(() => null));
    const release = entries[released(entries)];
    expect(release?.['hold']).toBe(entries[placed(entries)]?.['hold']);
    expect(release?.closesAt).not.toBeNull();
  });

  it('tell of an order what it sets, and the round as it leaves it', () => {
    const entries = findEntries((all) => all.some(({ round }) => round !== undefined && round !== null));
    const order = entries.find(({ type }) => type === 'ORDER');
    expect(order).toMatchObject({ targetState: 'roundTwoLive', sets: ['annulment', 'round'] });
    expect(order?.['round']).toMatchObject({ startedAt: order?.at, best: order?.best, extendedTo: null, pauses: [] });
  });
});
