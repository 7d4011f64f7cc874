import type { Pool } from 'pg';
import { openTestDatabase, type TestDatabase } from '#testing';
import { FixedClock, PlatformClock, type ClockSources } from './clock.js';

// Modules have no global `jest`.
const fakes = import.meta.jest;

/** A machine whose clocks move by hand, and a database that answers after a chosen round trip. */
class Machine implements ClockSources {
  monotonicMs = 5_000;
  wallMs = 1_000_000;
  databaseAheadMs = 0;
  roundTripMs = 2;

  monotonic(): number {
    return this.monotonicMs;
  }
  wall(): number {
    return this.wallMs;
  }
  pass(ms: number): void {
    this.monotonicMs += ms;
    this.wallMs += ms;
  }
  databaseTime(): number {
    return 1_000_000 + (this.monotonicMs - 5_000) + this.databaseAheadMs;
  }
  readonly pool = {
    connect: async () => ({
      query: async () => {
        this.pass(this.roundTripMs / 2);
        const at = this.databaseTime();
        this.pass(this.roundTripMs / 2);
        return { rows: [{ at }] };
      },
      release: () => undefined,
    }),
  } as unknown as Pool;
}

describe('the platform clock', () => {
  let machine: Machine;
  let clock: PlatformClock;

  beforeEach(() => {
    fakes.useFakeTimers({ doNotFake: ['performance'] });
    machine = new Machine();
    clock = new PlatformClock(machine);
  });
  afterEach(() => {
    clock.stop();
    fakes.useRealTimers();
  });

  async function passSeconds(count: number): Promise<void> {
    for (let second = 0; second < count; second += 1) {
      machine.pass(1000);
      await fakes.advanceTimersByTimeAsync(1000);
    }
  }

  it('knows nothing of the database until it was asked', () => {
    expect(clock.now()).toBe(1_000_000);
    expect(clock.offsetMs()).toBe(Infinity);
    expect(clock.uncertaintyMs()).toBe(Infinity);
  });

  it('takes over the time of the database at start', async () => {
    machine.databaseAheadMs = 700;
    await clock.start(machine.pool);
    expect(clock.now()).toBe(Math.floor(machine.databaseTime()));
    expect(clock.offsetMs()).toBeCloseTo(-700, 6);
    expect(clock.uncertaintyMs()).toBeCloseTo(1, 1);
  });

  it('is led back slowly, and never goes backwards, when the database falls behind', async () => {
    await clock.start(machine.pool);
    machine.databaseAheadMs = -100;
    let last = clock.now();
    for (let step = 0; step < 40; step += 1) {
      machine.pass(500);
      await fakes.advanceTimersByTimeAsync(500);
      const now = clock.now();
      expect(now - last).toBeGreaterThanOrEqual(Math.floor(500 * 0.95));
      last = now;
    }
    expect(Math.abs(clock.now() - machine.databaseTime())).toBeLessThanOrEqual(1);
  });

  it('does not follow a system clock that jumps, and reports it as the offset', async () => {
    await clock.start(machine.pool);
    const before = clock.now();
    machine.wallMs -= 3_600_000;
    machine.pass(10);
    expect(clock.now() - before).toBe(10);
    expect(clock.offsetMs()).toBeCloseTo(-3_600_000, 6);
  });

  it('jumps forward after the machine was asleep', async () => {
    await clock.start(machine.pool);
    machine.databaseAheadMs = 60_000;
    await passSeconds(2);
    expect(clock.now()).toBe(Math.floor(machine.databaseTime()));
  });

  it('believes the sample with the shortest round trip', async () => {
    machine.roundTripMs = 2;
    await clock.start(machine.pool);
    machine.roundTripMs = 400;
    await passSeconds(3);
    expect(clock.uncertaintyMs()).toBeLessThan(2);
  });

  it('grows uncertain when the database is silent', async () => {
    await clock.start(machine.pool);
    const before = clock.uncertaintyMs();
    clock.stop();
    machine.pass(60_000);
    expect(clock.uncertaintyMs() - before).toBeCloseTo(6, 6);
  });
});

describe('the platform clock on a real database', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it('agrees with it to within its own uncertainty', async () => {
    const clock = new PlatformClock();
    await clock.start(database.pool);
    const before = clock.now();
    const { rows } = await database.pool.query<{ at: Date }>('select clock_timestamp() as at');
    const after = clock.now();
    clock.stop();
    const at = rows[0]?.at.getTime() ?? 0;
    const doubt = clock.uncertaintyMs() + 1;
    expect(at).toBeGreaterThanOrEqual(before - doubt);
    expect(at).toBeLessThanOrEqual(after + doubt);
    expect(clock.uncertaintyMs()).toBeLessThan(250);
  });
});

describe('the fixed clock', () => {
  it('moves only when told to', () => {
    const clock = new FixedClock(1_000);
    clock.advance(5);
    expect(clock.now()).toBe(1_005);
    clock.set(10);
    expect(clock.now()).toBe(10);
  });
});
