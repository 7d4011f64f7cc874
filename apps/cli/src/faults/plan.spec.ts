import { describeFault, FAULT_KINDS, planFaults } from './plan.js';

const SEEDS = Array.from({ length: 300 }, (_, index) => index + 1);

describe('the plan of a fault run', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planFaults(7)).toEqual(planFaults(7));
    expect(new Set(SEEDS.map((seed) => JSON.stringify(planFaults(seed)))).size).toBe(SEEDS.length);
  });

  it('holds two to five faults in the order of their moments, within two seconds of bidding', () => {
    for (const seed of SEEDS) {
      const moments = planFaults(seed).map(({ atMs }) => atMs);
      expect(moments.length).toBeGreaterThanOrEqual(2);
      expect(moments.length).toBeLessThanOrEqual(5);
      expect(moments).toEqual(moments.toSorted((a, b) => a - b));
      expect(Math.min(...moments)).toBeGreaterThanOrEqual(50);
      expect(Math.max(...moments)).toBeLessThanOrEqual(2_000);
    }
  });

  it('leaves no kind of fault out over many seeds, and draws from the kinds it is given alone', () => {
    const kindsOf = (kinds?: Parameters<typeof planFaults>[1]) =>
      new Set(SEEDS.flatMap((seed) => planFaults(seed, kinds).map(({ fault }) => fault.kind)));
    expect(kindsOf()).toEqual(new Set(FAULT_KINDS));
    expect(kindsOf(['kill-api', 'jump-clock'])).toEqual(new Set(['kill-api', 'jump-clock']));
  });

  it('cuts at every moment of a COMMIT, kills both victims, and sets clocks forwards and backwards', () => {
    const faults = SEEDS.flatMap((seed) => planFaults(seed).map(({ fault }) => fault));
    const cuts = faults.flatMap((fault) => (fault.kind === 'cut-connections' ? [fault.moment] : []));
    expect(new Set(cuts)).toEqual(new Set(['at-once', 'before', 'sent', 'answered']));
    const victims = faults.flatMap((fault) => (fault.kind === 'kill-database' ? [fault.victim] : []));
    expect(new Set(victims)).toEqual(new Set(['postmaster', 'session']));
    const jumps = faults.flatMap((fault) => (fault.kind === 'jump-clock' ? [fault.byMs] : []));
    expect([Math.min(...jumps) <= -3_600_000, Math.max(...jumps) >= 3_600_000]).toEqual([true, true]);
  });

  it('is told in words', () => {
    expect(describeFault({ atMs: 12, fault: { kind: 'kill-api', api: 1, downMs: 80 } })).toBe(
      '12 ms kill-api (api-2, down 80 ms)',
    );
    expect(describeFault({ atMs: 5, fault: { kind: 'jump-clock', process: 'worker', byMs: -60_000 } })).toBe(
      '5 ms jump-clock (worker, backwards 60 s)',
    );
  });
});
