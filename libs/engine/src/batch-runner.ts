import type { Pool, PoolClient } from 'pg';
import type { BatchParts, HotTurn, Settlement } from './batch-parts.js';
import { Batch } from './batch.js';
import type { CaseTypeRegistry } from './case-type-registry.js';
import type { CommandKeys } from './command-keys.js';
import { HotRun, type BrokenBatch } from './hot-run.js';
import type { Job } from './job.js';
import type { EngineOptions } from './ports.js';
import type { Throttle } from './throttle.js';
import type { ColdFacts } from './working-case.js';

const COLD_CACHE_LIMIT = 20_000;
const FACT_CACHE_LIMIT = 50_000;

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

  /** Runs batches of one live case one after another; answers those that did not land, in their order. */
  async runInTurn(first: readonly Job[], turn: HotTurn): Promise<readonly BrokenBatch[]> {
    let broken: readonly BrokenBatch[] = [];
    try {
      await this.connected(async (client) => {
        const run = new HotRun(this, client, turn);
        broken = run.broken;
        await run.run(first);
        const [fault] = broken;
        if (fault !== undefined) throw fault.error;
      });
      return [];
    } catch (error) {
      return broken.length > 0 ? broken : [{ jobs: first, error, followed: false }];
    }
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
