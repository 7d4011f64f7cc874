import type { Pool } from 'pg';
import { type Clock, sqlOf } from '#platform';

/** Somebody's right to act may have changed. */
export interface IdentityChange {
  readonly epoch: number;
  readonly personId: string;
  /** The session that ended, or null: something about the person or his appointments changed. */
  readonly sessionId: string | null;
}

export type ChangeListener = (changes: readonly IdentityChange[]) => void;

export interface EpochWatchOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly pollMs?: number;
  /** Told when a poll fails, once for each run of failures. */
  readonly onError?: (error: unknown) => void;
}

const POLL_MS = 500;
/** What was read longer ago than this is not believed without asking. */
const FRESH_MS = 2000;
/** Most changes read at once; the next poll goes on from there. */
const PAGE = 1000;

/**
 * Follows the identity epoch of the database, so that every process learns of a revocation within half a second,
 * whichever process it was made in.
 */
export class EpochWatch {
  private latest = 0;
  private polledAt = Number.NEGATIVE_INFINITY;
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private failing = false;
  private readonly listeners = new Set<ChangeListener>();

  constructor(private readonly options: EpochWatchOptions) {}

  /** The epoch up to which this process knows all changes. */
  get epoch(): number {
    return this.latest;
  }

  /** Whether that knowledge is recent enough to be relied upon. */
  isFresh(): boolean {
    return this.options.clock.now() - this.polledAt <= FRESH_MS;
  }

  /**
   * Begins to poll; the first poll is over when this returns.
   *
   * @throws Error when the database cannot be asked.
   */
  async start(): Promise<void> {
    await this.poll();
    this.timer ??= setInterval(() => void this.report(this.poll()), this.options.pollMs ?? POLL_MS).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    this.listeners.clear();
    await this.polling?.catch(() => undefined);
  }

  /** Calls the listener with every change from now on; returns how to end that. */
  onChange(listener: ChangeListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Reads what is committed by now, for whoever has just changed something. A failure is reported, not thrown. */
  async catchUp(): Promise<void> {
    // A poll already under way may have looked before that commit.
    await this.polling?.catch(() => undefined);
    await this.report(this.poll());
  }

  /** Slower than the interval: one at a time is enough. */
  private async poll(): Promise<void> {
    this.polling ??= this.read().finally(() => (this.polling = undefined));
    await this.polling;
  }

  private async report(poll: Promise<void>): Promise<void> {
    try {
      await poll;
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.options.onError?.(error);
      this.failing = true;
    }
  }

  private async read(): Promise<void> {
    const sql = sqlOf(this.options.pool);
    const startedAt = this.options.clock.now();
    if (this.latest === 0) {
      const [row] = await sql.query<{ epoch: number }>('select epoch from identity_epoch');
      this.latest = row?.epoch ?? 0;
    } else {
      // The row of the epoch is locked until each commit, so that changes appear in order and without gaps.
      const changes = await sql.query<IdentityChange>(
        `select epoch, person_id as "personId", session_id as "sessionId" from identity_change
         where epoch > $1 order by epoch limit ${PAGE}`,
        [this.latest],
      );
      const last = changes.at(-1);
      if (last !== undefined) {
        this.latest = last.epoch;
        for (const listener of [...this.listeners]) this.tell(listener, changes);
      }
      if (changes.length === PAGE) await this.read();
    }
    this.polledAt = startedAt;
  }

  private tell(listener: ChangeListener, changes: readonly IdentityChange[]): void {
    try {
      listener(changes);
    } catch (error) {
      this.options.onError?.(error);
    }
  }
}
