import type { Pool } from 'pg';

/** Where the product takes the time from; never from `Date.now()` directly. */
export interface Clock {
  /** Whole milliseconds since 1970-01-01T00:00:00Z; never smaller than an earlier answer in this process. */
  now(): number;
}

/** A clock that moves only when told to. */
export class FixedClock implements Clock {
  constructor(private at: number) {}

  now(): number {
    return this.at;
  }

  /** Goes to an instant in epoch milliseconds, backwards too: a test may tell any story. */
  set(at: number): void {
    this.at = at;
  }

  advance(ms: number): void {
    this.at += ms;
  }
}

/** What the platform clock reads; replaced in its tests. Both in milliseconds, with fractions. */
export interface ClockSources {
  /** Monotonic, from any zero. */
  monotonic(): number;
  /** The system's wall clock. */
  wall(): number;
}

const systemSources: ClockSources = { monotonic: () => performance.now(), wall: () => Date.now() };

interface Sample {
  /** Database time minus monotonic time. */
  base: number;
  roundTripMs: number;
  takenAt: number;
}

const SAMPLE_EVERY_MS = 1000;
const SAMPLES_KEPT = 10;
/** How fast the clock is led to the database's: 50 ms a second, so that it goes on at 0.95 of its speed at least. */
const SLEW = 0.05;
/** Behind by more than this the clock jumps forward: the machine was asleep, and the time in between has passed. */
const JUMP_MS = 1000;
/** How far a quartz may run away from the database's between two samples. */
const DRIFT_PER_MS = 100e-6;

/**
 * The process's monotonic clock, led every second to the clock of the database, so that all processes on one database
 * agree on when a bid arrived. It never goes backwards, whatever happens to the system clock.
 */
export class PlatformClock implements Clock {
  private base: number;
  private slewedAt: number;
  private latest = 0;
  private samples: Sample[] = [];
  private timer: NodeJS.Timeout | undefined;
  private sampling = false;

  constructor(private readonly sources: ClockSources = systemSources) {
    this.slewedAt = sources.monotonic();
    this.base = sources.wall() - this.slewedAt;
  }

  now(): number {
    this.latest = Math.max(this.latest, Math.floor(this.readSlewed()));
    return this.latest;
  }

  /**
   * How far the system's clock is ahead of the database's, in milliseconds, as of now; infinite until the database was
   * asked for the first time.
   */
  offsetMs(): number {
    const best = this.findBestSample();
    if (best === undefined) return Number.POSITIVE_INFINITY;
    return this.sources.wall() - (this.sources.monotonic() + best.base);
  }

  /** How far `now()` may be from the database's clock, in milliseconds; infinite until it was asked. */
  uncertaintyMs(): number {
    const best = this.findBestSample();
    if (best === undefined) return Number.POSITIVE_INFINITY;
    const monotonic = this.sources.monotonic();
    const stillToGo = Math.abs(this.readSlewed() - (monotonic + best.base));
    return best.roundTripMs / 2 + stillToGo + (monotonic - best.takenAt) * DRIFT_PER_MS;
  }

  /**
   * Asks the database a few times, takes its time over at once, and then keeps to it.
   *
   * @throws the driver's error when the database cannot be reached at first; later failures only add uncertainty.
   */
  async start(pool: Pool): Promise<void> {
    for (let first = 0; first < 3; first += 1) await this.sample(pool);
    const best = this.findBestSample();
    if (best !== undefined) this.base = best.base;
    this.timer = setInterval(() => {
      // The interval may be shorter than a slow answer; a missing sample shows in the uncertainty.
      if (!this.sampling) this.sample(pool).catch(() => undefined);
    }, SAMPLE_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async sample(pool: Pool): Promise<void> {
    this.sampling = true;
    try {
      // The wait for a free connection must not count as round trip.
      const client = await pool.connect();
      try {
        const sent = this.sources.monotonic();
        const { rows } = await client.query<{ at: number }>(
          'select (extract(epoch from clock_timestamp()) * 1000)::float8 as at',
        );
        const received = this.sources.monotonic();
        const at = rows[0]?.at;
        if (at === undefined) throw new Error('The database does not tell the time');
        this.addSample(at, sent, received);
      } finally {
        client.release();
      }
    } finally {
      this.sampling = false;
    }
  }

  /** Half of the round trip is taken to be the way back; the error is at most that half. */
  private addSample(databaseTime: number, sent: number, received: number): void {
    const roundTripMs = received - sent;
    this.readSlewed();
    const sample = { base: databaseTime - (sent + roundTripMs / 2), roundTripMs, takenAt: received };
    // Older samples that cannot be reconciled with this one are of a time before the machine slept or a clock was set.
    this.samples = this.samples.filter((older) => agree(older, sample)).slice(1 - SAMPLES_KEPT);
    this.samples.push(sample);
  }

  /** A short round trip leaves the least doubt. */
  private findBestSample(): Sample | undefined {
    let best: Sample | undefined;
    for (const sample of this.samples) {
      if (best === undefined || sample.roundTripMs <= best.roundTripMs) best = sample;
    }
    return best;
  }

  private readSlewed(): number {
    const monotonic = this.sources.monotonic();
    const best = this.findBestSample();
    if (best !== undefined) {
      const missing = best.base - this.base;
      const allowed = (monotonic - this.slewedAt) * SLEW;
      this.base += missing > JUMP_MS ? missing : Math.max(-allowed, Math.min(allowed, missing));
    }
    this.slewedAt = monotonic;
    return monotonic + this.base;
  }
}

function agree(older: Sample, newer: Sample): boolean {
  const drift = (newer.takenAt - older.takenAt) * DRIFT_PER_MS;
  return Math.abs(newer.base - older.base) <= (older.roundTripMs + newer.roundTripMs) / 2 + drift;
}
