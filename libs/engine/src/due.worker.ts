import type { Pool } from 'pg';
import type { CaseEngine } from './engine.js';
import { Poller } from './poller.js';

const POLL_MS = 250;
const MOST_AT_ONCE = 100;
const BACK_OFF_MS = 5_000;

/**
 * Wakes cases whose deadlines have passed. It decides nothing: a command on the case would apply them as well, so a
 * late or dead worker delays only what nobody else touches. Any number of workers may run.
 */
export class DueWorker {
  private readonly poller: Poller;
  private readonly resting = new Map<string, number>();
  private lag = 0;

  constructor(
    private readonly pool: Pool,
    private readonly engine: CaseEngine,
    private readonly name: string,
  ) {
    this.poller = new Poller(
      () => this.round().then(() => false),
      POLL_MS,
      (error) => {
        engine.options.log.error({ err: error }, 'the due worker could not look');
      },
    );
  }

  start(): void {
    this.poller.start();
  }

  /** Ends after the look that is under way. */
  async stop(): Promise<void> {
    await this.poller.stop();
  }

  /** By how much the oldest due event is late beyond its grace, milliseconds, at the last look. */
  lagMs(): number {
    return this.lag;
  }

  /** One look: applies everything that is due. Also called by tests, and by whoever cannot wait. */
  async round(): Promise<void> {
    const { clock, graceMs, log } = this.engine.options;
    const now = clock.now();
    await this.pool.query(
      `insert into worker_beat (worker, at) values ($1, now()) on conflict (worker) do update set at = now()`,
      [this.name],
    );
    const { rows } = await this.pool.query<{ case_id: string; due_at: Date }>(
      `select case_id, min(due_at) as due_at from case_due where due_at <= to_timestamp($1 / 1000.0)
         and case_id <> all($3) group by case_id order by 2 limit $2`,
      [now - graceMs, MOST_AT_ONCE, this.listResting(now)],
    );
    this.lag = rows[0] === undefined ? 0 : now - graceMs - rows[0].due_at.getTime();
    await Promise.all(
      rows.map(async ({ case_id }) => {
        try {
          await this.engine.applyDue(case_id);
        } catch (error) {
          // The case rests a while, so that broken ones, which are always the oldest, do not starve the others.
          this.resting.set(case_id, now + BACK_OFF_MS);
          log.error({ err: error, caseId: case_id }, 'a due event could not be applied');
        }
      }),
    );
  }

  private listResting(now: number): string[] {
    for (const [caseId, until] of this.resting) if (until <= now) this.resting.delete(caseId);
    return [...this.resting.keys()];
  }
}
