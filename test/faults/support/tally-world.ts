import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { createCommandPool } from '#platform';
import type { CaseEngine, Outcome } from '#engine';
import { drawKey, makeActor, makeEngine, openTestDatabase, tally, type EngineFixtureOptions } from '#testing';
import { commandOf } from './orders.js';

export const OFFICER = makeActor('central-officer');
export const BIDDER = makeActor('bidder');
const HOUR = 3_600_000;

/** Tallies on one database, reached by as many engines as a test wants, all with the same secret. */
export class TallyWorld {
  readonly keySecret = randomBytes(32);
  private readonly ends: (() => Promise<void>)[] = [];

  private constructor(
    readonly appUrl: string,
    readonly pool: Pool,
  ) {}

  static async start(): Promise<TallyWorld> {
    const database = await openTestDatabase();
    const world = new TallyWorld(database.appUrl, database.pool);
    world.ends.push(() => database.close());
    return world;
  }

  /** On a server that the test looks after itself. */
  static on(appUrl: string, pool: Pool): TallyWorld {
    return new TallyWorld(appUrl, pool);
  }

  /** An engine with a pool of its own, as another process would have it. */
  engine(options: EngineFixtureOptions = {}, url = this.appUrl): CaseEngine {
    const pool = createCommandPool(url, { onError: () => undefined });
    const engine = makeEngine(pool, { commandKeySecret: this.keySecret, ...options });
    this.ends.unshift(async () => {
      await engine.close();
      await pool.end();
    });
    return engine;
  }

  async stop(): Promise<void> {
    for (const end of this.ends) await end();
  }

  async open(engine: CaseEngine): Promise<string> {
    const outcome = await engine.open({
      caseType: 'tally',
      form: { closesAt: Date.now() + HOUR },
      actor: OFFICER,
      receivedAt: Date.now(),
      key: drawKey(),
    });
    if (outcome.kind !== 'accepted') throw new Error(`not opened: ${outcome.kind}`);
    return outcome.caseId;
  }

  /** Adds one; the key says which one, so that any process may send it again. */
  async add(engine: CaseEngine, caseId: string, key: string = drawKey()): Promise<Outcome> {
    return await engine.execute({ ...commandOf(caseId, key), actor: BIDDER, receivedAt: Date.now() }, tally);
  }

  async give(engine: CaseEngine, caseId: string, name: string, by: number, key: string = drawKey()): Promise<Outcome> {
    return await engine.execute({ caseId, name, form: { by }, actor: OFFICER, receivedAt: Date.now(), key }, tally);
  }

  async standing(caseId: string): Promise<{ count: number; seq: number }> {
    const { rows } = await this.pool.query<{ count: number; seq: number }>(
      `select (context ->> 'count')::int as count, seq from case_file where id = $1`,
      [caseId],
    );
    if (rows[0] === undefined) throw new Error(`no case ${caseId}`);
    return rows[0];
  }
}

/** The seq of a command that was accepted, now or at an earlier sending. */
export function seqOf(outcome: Outcome): number {
  if (outcome.kind !== 'accepted') throw new Error(`expected accepted, got ${outcome.kind}`);
  return outcome.seq;
}

export const drawKeys = (count: number): string[] => Array.from({ length: count }, () => drawKey());
