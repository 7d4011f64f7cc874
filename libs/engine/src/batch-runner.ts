import type { Pool, PoolClient } from 'pg';
import type { BatchParts, HotTurn, Settlement } from './batch-parts.js';
import { Batch } from './batch.js';
import type { CaseTypeRegistry } from './case-type-registry.js';
import type { CommandKeys } from './command-keys.js';
import type { Job } from './job.js';
import type { EngineOptions } from './ports.js';
import type { Throttle } from './throttle.js';
import type { ColdFacts } from './working-case.js';

const COLD_CACHE_LIMIT = 20_000;
const FACT_CACHE_LIMIT = 50_000;

/** A batch that was not committed, as far as is known. */
export interface BrokenBatch {
  readonly jobs: readonly Job[];
  readonly error: unknown;
  /** It was decided on what another batch was about to leave: nothing but its own guard may have failed. */
  readonly followed: boolean;
}

/** Runs group commits, and keeps between them what need not be read again. */
export class BatchRunner implements BatchParts {
  private readonly cold = new Map<string, ColdFacts>();
  private readonly storedFacts = new Set<string>();

  constructor(
    private readonly pool: Pool,
    readonly options: EngineOptions,
    readonly keys: CommandKeys,
    readonly throttle: Throttle,
    readonly registry: CaseTypeRegistry,
  ) {}

  /** Throws only when the transaction as a whole failed; then nothing of it is known to be committed. */
  async run(jobs: readonly Job[]): Promise<ReadonlyMap<Job, Settlement>> {
    return await this.connected(async (client) => {
      const batch = new Batch(this, client, jobs);
      await batch.decideAll();
      const { landed } = await batch.send();
      await landed;
      return batch.settled;
    });
  }

  /**
   * Runs batches of one live case one after another: while one is being committed, the commands that wait are decided
   * in memory on what it leaves, and are sent once it has landed. Ends when nothing waits that can be decided so.
   */
  async runInTurn(first: readonly Job[], turn: HotTurn): Promise<BrokenBatch | null> {
    let jobs = first;
    let followed = false;
    try {
      await this.connected(async (client) => {
        let batch = new Batch(this, client, first);
        await batch.decideAll();
        let { landed } = await batch.send();
        for (;;) {
          const next: Batch | null = turn.isWanted() ? null : batch.follower();
          try {
            await this.followUntil(landed, next, turn);
          } catch (error) {
            next?.abandon(turn);
            throw error;
          }
          await next?.follow(turn);
          if (next === null || next.settled.size === 0) {
            turn.settle(batch.settled);
            return;
          }
          jobs = [...next.settled.keys()];
          followed = true;
          try {
            // Sent before the answers of the last one are given: the server works while they are written.
            ({ landed } = await next.send());
          } finally {
            turn.settle(batch.settled);
          }
          batch = next;
        }
      });
      return null;
    } catch (error) {
      return { jobs, error, followed };
    }
  }

  /** Decides what waits, and what comes, for as long as the batch before is on its way; throws as that one ends. */
  private async followUntil(landed: Promise<void>, next: Batch | null, turn: HotTurn): Promise<void> {
    let isUnderWay = true;
    const ended = landed
      .catch(() => undefined)
      .then(() => {
        isUnderWay = false;
      });
    for (;;) {
      await next?.follow(turn);
      if (next === null || !isUnderWay) break;
      await Promise.race([ended, turn.arrival()]);
    }
    await landed;
  }

  private async connected<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken = true;
    try {
      const answer = await work(client);
      broken = false;
      return answer;
    } finally {
      // A connection on which something went wrong may still be inside its transaction: it is not used again.
      client.release(broken);
    }
  }

  findCold(caseId: string): ColdFacts | undefined {
    return this.cold.get(caseId);
  }

  keepCold(caseId: string, facts: ColdFacts): void {
    this.cold.delete(caseId);
    this.cold.set(caseId, facts);
    if (this.cold.size > COLD_CACHE_LIMIT) this.cold.delete(this.cold.keys().next().value ?? '');
  }

  /** Texts of facts that this process has not stored yet. */
  newFacts(texts: ReadonlyMap<string, string>): Map<string, string> {
    return new Map([...texts].filter(([hash]) => !this.storedFacts.has(hash)));
  }

  keepFacts(hashes: Iterable<string>): void {
    if (this.storedFacts.size > FACT_CACHE_LIMIT) this.storedFacts.clear();
    for (const hash of hashes) this.storedFacts.add(hash);
  }
}
