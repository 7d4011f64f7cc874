import type { PoolClient } from 'pg';
import type { BatchParts, HotTurn } from './batch-parts.js';
import { Batch } from './batch.js';
import type { Job } from './job.js';

/** A batch that was not committed, as far as is known. */
export interface BrokenBatch {
  readonly jobs: readonly Job[];
  readonly error: unknown;
  /** It was decided on what another batch was about to leave: nothing but its own guard may have failed. */
  readonly followed: boolean;
}

interface Flight {
  readonly batch: Batch;
  readonly followed: boolean;
  /** Fails when nothing of the batch is known to be committed. */
  readonly landed: Promise<void>;
  /** As `landed`, but never fails. */
  readonly ended: Promise<void>;
  hasEnded: boolean;
}

/** One at the disk, and one for the server to go on with. */
const MOST_IN_FLIGHT = 2;

/**
 * Batches of one live case, one after another on one connection. While they are on their way to the database, the
 * commands that wait or come are decided in memory on what the last of them leaves. The next batch is sent once the one
 * before has landed, or right behind it when it has grown as large: the database works through them in their order, and
 * refuses in itself what was decided on something that did not come about.
 */
export class HotRun {
  /** What did not land, in its order. */
  readonly broken: BrokenBatch[] = [];
  private readonly flights: Flight[] = [];
  private next: Batch | null = null;

  constructor(
    private readonly parts: BatchParts,
    private readonly client: PoolClient,
    private readonly turn: HotTurn,
  ) {}

  /** Ends when nothing waits that can be decided so, or at the first batch that does not land. */
  async run(first: readonly Job[]): Promise<void> {
    const batch = new Batch(this.parts, this.client, first);
    await batch.decideAll();
    await this.launch(batch, false);
    for (let flight = this.flights[0]; flight !== undefined; flight = this.flights[0]) {
      await this.decideUntilEnd(flight);
      this.flights.shift();
      await this.land(flight);
    }
  }

  private async decideUntilEnd(oldest: Flight): Promise<void> {
    for (;;) {
      this.next ??= this.findFollower();
      await this.next?.follow(this.turn);
      if (oldest.hasEnded) return;
      if (this.next === null) return await oldest.ended;
      const isLarge = this.next.settled.size >= oldest.batch.settled.size;
      if (isLarge && this.flights.length < MOST_IN_FLIGHT) await this.launchNext();
      else await Promise.race([oldest.ended, this.turn.arrival()]);
    }
  }

  private findFollower(): Batch | null {
    const isEnding = this.broken.length > 0 || this.turn.isWanted();
    return isEnding ? null : (this.flights.at(-1)?.batch.follower() ?? null);
  }

  private async land({ batch, followed, landed }: Flight): Promise<void> {
    try {
      await landed;
    } catch (error) {
      this.fail([...batch.settled.keys()], error, followed);
      return;
    }
    // Sent before the answers of the last one are given: the server works while they are written.
    if (this.flights.length === 0 && (this.next?.settled.size ?? 0) > 0) await this.launchNext();
    this.turn.settle(batch.settled);
  }

  private async launchNext(): Promise<void> {
    const { next } = this;
    this.next = null;
    if (next === null) return;
    try {
      await this.launch(next, true);
    } catch (error) {
      this.fail([...next.settled.keys()], error, true);
    }
  }

  private async launch(batch: Batch, followed: boolean): Promise<void> {
    const { landed } = await batch.send();
    const flight: Flight = {
      batch,
      followed,
      landed,
      ended: landed
        .catch(() => undefined)
        .then(() => {
          flight.hasEnded = true;
        }),
      hasEnded: false,
    };
    this.flights.push(flight);
  }

  /** What was decided on it but not sent waits again; what was sent behind it will not land either. */
  private fail(jobs: readonly Job[], error: unknown, followed: boolean): void {
    this.broken.push({ jobs, error, followed });
    this.next?.abandon(this.turn);
    this.next = null;
  }
}
