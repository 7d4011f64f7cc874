import type { Pool } from 'pg';
import { SYSTEM_ACTOR } from '#case-kit';
import { ADOPT_LAW } from './engine-commands.js';
import type { CaseEngine } from './engine.js';
import { Poller } from './poller.js';

const POLL_MS = 1_000;
const MOST_AT_ONCE = 100;

interface Waiting {
  readonly id: string;
  /** Laws that the case has adopted so far. */
  readonly adoptions: number;
}

/**
 * Brings open cases under the law as it was last published: each by a transition of its own, so that a correction or
 * a new holiday moves a running clock only on the record. Each parameter still goes by the anchors of its case.
 */
export class LawWorker {
  private readonly poller: Poller;
  private after = '';
  private readonly told = new Map<string, string>();

  constructor(
    private readonly pool: Pool,
    private readonly engine: CaseEngine,
  ) {
    this.poller = new Poller(
      () => this.round().then(() => false),
      POLL_MS,
      (error) => {
        engine.options.log.error({ err: error }, 'the law worker could not look');
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

  /** Lets up to a hundred open cases adopt the current law. Answers how many did. */
  async round(): Promise<number> {
    const { law, clock, log } = this.engine.options;
    const { hash } = law.current();
    const waiting = await this.listWaiting(hash);
    const outcomes = await Promise.allSettled(
      waiting.map(({ id, adoptions }) =>
        this.engine.execute({
          name: ADOPT_LAW,
          caseId: id,
          form: { lawHash: hash },
          actor: SYSTEM_ACTOR,
          receivedAt: clock.now(),
          // The same for every process that sees this adoption missing, and another when a law comes back later.
          key: `law:${id}:${adoptions}:${hash}`,
        }),
      ),
    );
    outcomes.forEach((outcome, index) => {
      const caseId = waiting[index]?.id ?? '';
      if (outcome.status === 'fulfilled' || this.told.get(caseId) === hash) return;
      // It is tried again every round, and told once.
      this.told.set(caseId, hash);
      const data = { err: outcome.reason as unknown, caseId, lawHash: hash };
      log.error(data, 'a case cannot adopt the law and stays under the one before it');
    });
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  }

  /** Open cases under another law, from where the round before has ended: those that cannot adopt it hold up no other. */
  private async listWaiting(hash: string): Promise<readonly Waiting[]> {
    const { rows } = await this.pool.query<Waiting>(
      `select c.id, (select count(*)::int from transition t where t.case_id = c.id and t.kind = 'law') as adoptions
       from case_file c where not c.closed and c.law_hash <> $1 and c.id > $2 order by c.id limit $3`,
      [hash, this.after, MOST_AT_ONCE],
    );
    this.after = rows.length < MOST_AT_ONCE ? '' : (rows.at(-1)?.id ?? '');
    return rows;
  }
}
