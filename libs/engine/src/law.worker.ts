import type { Pool } from 'pg';
import { SYSTEM_ACTOR } from '#case-kit';
import { ADOPT_LAW } from './engine-commands.js';
import type { CaseEngine } from './engine.js';

const POLL_MS = 1_000;
const MOST_AT_ONCE = 100;

/**
 * Brings open cases under the law as it was last published: each by a transition of its own, so that a correction or
 * a new holiday moves a running clock only on the record. Each parameter still goes by the anchors of its case.
 */
export class LawWorker {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = true;

  constructor(
    private readonly pool: Pool,
    private readonly engine: CaseEngine,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.running = this.round().then(
        () => undefined,
        (error: unknown) => {
          this.engine.options.log.error({ err: error }, 'the law worker could not look');
        },
      );
      void this.running.then(() => {
        if (!this.stopped) this.schedule();
      });
    }, POLL_MS);
  }

  /** Lets up to a hundred open cases adopt the current law. Answers how many did. */
  async round(): Promise<number> {
    const { law, clock } = this.engine.options;
    const { hash } = law.current();
    const { rows } = await this.pool.query<{ id: string }>(
      'select id from case_file where not closed and law_hash <> $1 order by id limit $2',
      [hash, MOST_AT_ONCE],
    );
    const outcomes = await Promise.allSettled(
      rows.map(({ id }) =>
        this.engine.execute({
          name: ADOPT_LAW,
          caseId: id,
          form: { lawHash: hash },
          actor: SYSTEM_ACTOR,
          receivedAt: clock.now(),
          key: `law:${id}:${hash}`,
        }),
      ),
    );
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }
}
