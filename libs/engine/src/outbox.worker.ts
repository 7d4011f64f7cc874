import type { Pool } from 'pg';
import { SYSTEM_ACTOR, type Notice } from '#case-kit';
import { isRehearsalId } from './case-id.js';
import type { Outcome } from './command.js';
import type { CaseEngine } from './engine.js';
import { Poller } from './poller.js';

const POLL_MS = 250;
const MOST_AT_ONCE = 50;
const MOST_ATTEMPTS = 10;
const BACK_OFF_MS = 1_000;

interface Entry {
  outbox_id: number;
  case_id: string;
  seq: number;
  effective_at: number;
  body: Notice & { readonly rehearsal: boolean };
  attempts: number;
}

/** Where notices to people go: a mail gateway, a gazette. It may be told the same notice twice. */
export interface NoticeSink {
  deliver(
    notice: Extract<Notice, { kind: 'notice' }>,
    source: { readonly caseId: string; readonly rehearsal: boolean; readonly outboxId: number },
  ): Promise<void>;
}

/** An entry that nobody can deliver as it stands; it is shown to its owner, the platform operator. */
class Undeliverable extends Error {}

/**
 * Delivers what transitions left in the outbox. Commands to other cases carry the key `outbox:<id>`, so that a
 * delivery repeated after a crash is applied once; messages of one source to one target keep their order.
 */
export class OutboxWorker {
  private readonly poller: Poller;

  constructor(
    private readonly pool: Pool,
    private readonly engine: CaseEngine,
    private readonly sink: NoticeSink,
  ) {
    this.poller = new Poller(
      async () => (await this.round()) === MOST_AT_ONCE,
      POLL_MS,
      (error) => {
        engine.options.log.error({ err: error }, 'the outbox could not be read');
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

  /** Delivers what is next for each pair of source and target. Answers how many entries it took up. */
  async round(): Promise<number> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      const { rows } = await client.query<Entry>(
        `select p.outbox_id, o.case_id, o.seq, o.effective_at, o.body, p.attempts
         from outbox_pending p join outbox o on o.id = p.outbox_id
         where not p.stuck and p.next_at <= now()
           and not exists (select 1 from outbox_pending q
                           where q.source = p.source and q.target = p.target and q.outbox_id < p.outbox_id)
         order by p.outbox_id limit $1 for update of p skip locked`,
        [MOST_AT_ONCE],
      );
      const results = await Promise.allSettled(rows.map((entry) => this.deliver(entry)));
      for (const [index, result] of results.entries()) {
        const entry = rows[index];
        if (entry === undefined) continue;
        if (result.status === 'fulfilled') {
          await client.query('insert into outbox_outcome (outbox_id, outcome) values ($1, $2)', [
            entry.outbox_id,
            result.value,
          ]);
          await client.query('delete from outbox_pending where outbox_id = $1', [entry.outbox_id]);
        } else await this.putBack(client, entry, result.reason);
      }
      await client.query('commit');
      return rows.length;
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  private async putBack(
    client: { query(text: string, params: unknown[]): Promise<unknown> },
    entry: Entry,
    reason: unknown,
  ): Promise<void> {
    const attempts = entry.attempts + 1;
    const stuck = reason instanceof Undeliverable || attempts >= MOST_ATTEMPTS;
    const text = reason instanceof Error ? reason.message : String(reason);
    const delay = BACK_OFF_MS * 2 ** Math.min(attempts - 1, 8);
    await client.query(
      `update outbox_pending set attempts = $2, stuck = $3, last_error = $4,
         next_at = now() + make_interval(secs => $5 / 1000.0) where outbox_id = $1`,
      [entry.outbox_id, attempts, stuck, text, delay],
    );
    if (!stuck) return;
    await client.query(`insert into incident (case_id, kind, detail) values ($1, 'undelivered', $2)`, [
      entry.case_id,
      JSON.stringify({ outboxId: entry.outbox_id, reason: text }),
    ]);
    this.engine.options.log.warn(
      { caseId: entry.case_id, outboxId: entry.outbox_id, reason: text },
      'an outbox entry needs its owner',
    );
  }

  private async deliver(entry: Entry): Promise<string> {
    const { body } = entry;
    switch (body.kind) {
      case 'notice':
        await this.sink.deliver(body, { caseId: entry.case_id, rehearsal: body.rehearsal, outboxId: entry.outbox_id });
        return 'delivered';
      case 'command':
        return this.judge(await this.giveCommand(entry, body));
      case 'open':
        return this.judge(await this.openCase(entry, body));
    }
  }

  private async giveCommand(entry: Entry, body: Extract<Entry['body'], { kind: 'command' }>): Promise<Outcome> {
    if (isRehearsalId(body.caseId) !== body.rehearsal) {
      throw new Undeliverable('a rehearsal can never tell a live case, nor a live case a rehearsal');
    }
    return await this.engine.execute({
      name: body.command,
      caseId: body.caseId,
      form: body.form,
      ...this.headOf(entry),
    });
  }

  private async openCase(entry: Entry, body: Extract<Entry['body'], { kind: 'open' }>): Promise<Outcome> {
    return await this.engine.open({
      caseType: body.caseType,
      form: body.form,
      ...(body.child ? { parentCaseId: entry.case_id } : {}),
      ...(body.rehearsal ? { rehearsalStartsAt: entry.effective_at } : {}),
      ...this.headOf(entry),
    });
  }

  private headOf(entry: Entry): {
    actor: typeof SYSTEM_ACTOR;
    receivedAt: number;
    key: string;
    cause: { caseId: string; seq: number; outboxId: number };
  } {
    return {
      actor: SYSTEM_ACTOR,
      receivedAt: entry.effective_at,
      key: `outbox:${entry.outbox_id}`,
      cause: { caseId: entry.case_id, seq: entry.seq, outboxId: entry.outbox_id },
    };
  }

  private judge(outcome: Outcome): string {
    if (outcome.kind === 'accepted' || outcome.kind === 'proposed')
      return `${outcome.kind} ${outcome.caseId} ${outcome.seq}`;
    const why = outcome.kind === 'refused' ? `: ${outcome.refusals.map(({ rule }) => rule).join(', ')}` : '';
    throw new Undeliverable(`${outcome.kind}${why}`);
  }
}
