import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { migrate, startEmbeddedPostgres, type EmbeddedPostgres } from '#platform';

/** A server that pays for its fsyncs, is killed with -9, and comes up again on what it had written. */
export class StagedDatabase {
  private turn: Promise<void> = Promise.resolve();

  /** One for each start: the last is the one that runs. */
  private constructor(private readonly starts: EmbeddedPostgres[]) {}

  static async start(): Promise<StagedDatabase> {
    const first = await startEmbeddedPostgres({ ephemeral: true, durable: true });
    await migrate(first.ownerUrl, { appUrl: first.appUrl });
    return new StagedDatabase([first]);
  }

  /** The application's login; the port stays the same over all starts. */
  get appUrl(): string {
    return this.last.appUrl;
  }

  /** Kills the postmaster: the sessions notice it when they wait for something next. */
  async killPostmaster(downMs: number): Promise<void> {
    await this.inTurn(async () => {
      const { pid, dir, port } = this.last;
      process.kill(pid, 'SIGKILL');
      while (isAlive(pid)) await sleep(5);
      await sleep(downMs);
      this.starts.push(await startEmbeddedPostgres({ dir, port }));
    });
  }

  /**
   * Kills one session of an api, the one that began something last; the postmaster then ends all others too.
   *
   * @throws the driver's error while the server recovers from another fault and lets nobody in.
   */
  async killSession(): Promise<void> {
    await this.inTurn(async () => {
      const client = new pg.Client({ connectionString: this.last.adminUrl });
      client.on('error', () => undefined);
      await client.connect();
      try {
        const { rows } = await client.query<{ pid: number }>(
          `select pid from pg_stat_activity where application_name = 'adit-api'
            order by (state = 'idle'), query_start desc nulls last limit 1`,
        );
        if (rows[0] !== undefined) process.kill(rows[0].pid, 'SIGKILL');
      } finally {
        await client.end().catch(() => undefined);
      }
    });
  }

  async stop(): Promise<void> {
    for (const start of this.starts) await start.stop();
    rmSync(this.last.dir, { recursive: true, force: true });
  }

  private get last(): EmbeddedPostgres {
    const last = this.starts.at(-1);
    if (last === undefined) throw new Error('no server was started');
    return last;
  }

  private async inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    await done;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
