import type { Pool, PoolClient } from 'pg';
import { OutboxWorker, type CaseEngine, type NoticeSink } from '#engine';
import { findChainFaults, readRecord } from './support/chain.js';
import { DAY, DocketWorld, HOUR, mustBe, NOON, runAs } from './support/docket-world.js';

const iso = (at: number): string => new Date(at).toISOString();

/** A pool whose transactions never come to their COMMIT: the process died after it had acted. */
function dyingBeforeCommit(pool: Pool): Pool {
  const connect = async (): Promise<object> => {
    const client = await pool.connect();
    return {
      query: async (text: string, params?: unknown[]) => {
        if (text === 'commit') throw new Error('the process was killed');
        return await client.query(text, params);
      },
      release: (): void => client.release(true),
    } satisfies Pick<PoolClient, never>;
  };
  return { connect } as unknown as Pool;
}

describe('messages between cases', () => {
  let world: DocketWorld;
  let other: CaseEngine;
  const told: Parameters<NoticeSink['deliver']>[] = [];
  const sink: NoticeSink = { deliver: async (...told_) => void told.push(told_) };

  beforeAll(async () => {
    world = await DocketWorld.start({ graceMs: 0 });
    other = world.another();
  });
  afterAll(async () => {
    await other.close();
    await world.stop();
  });
  beforeEach(() => {
    world.clock.set(NOON);
    told.length = 0;
  });

  const workerOf = (engine: CaseEngine = world.engine, pool: Pool = world.pool, to = sink): OutboxWorker =>
    new OutboxWorker(pool, engine, to);

  /** Delivers until nothing is left that can be. */
  async function deliver(...workers: OutboxWorker[]): Promise<void> {
    const all = workers.length === 0 ? [workerOf()] : workers;
    for (;;) {
      const counts = await Promise.all(all.map((worker) => worker.round()));
      if (counts.every((count) => count === 0)) return;
    }
  }

  const childrenOf = async (caseId: string): Promise<string[]> =>
    (await world.pool.query('select id from case_file where parent_case_id = $1', [caseId])).rows.map(
      ({ id }: { id: string }) => id,
    );
  const heardBy = async (caseId: string): Promise<unknown> => (await world.row(caseId)).context['heard'];
  const pendingOf = async (caseId: string): Promise<{ stuck: boolean; attempts: number; last_error: string }[]> =>
    (
      await world.pool.query(
        'select stuck, attempts, last_error from outbox_pending where source = $1 order by outbox_id',
        [caseId],
      )
    ).rows as { stuck: boolean; attempts: number; last_error: string }[];
  const tryAgainAtOnce = (): Promise<unknown> => world.pool.query('update outbox_pending set next_at = now()');
  const tell = async (source: string, target: string, ...words: string[]): Promise<void> => {
    for (const word of words) mustBe('accepted', await world.give(source, 'TELL', { target, word }));
  };

  it('open a child once, though its delivery was cut off after it had opened and is repeated', async () => {
    const parent = await world.gathering();
    const { seq } = mustBe('accepted', await world.give(parent, 'SPAWN', { subject: 'child' }));
    await expect(workerOf(world.engine, dyingBeforeCommit(world.pool)).round()).rejects.toThrow('killed');
    const [child, ...more] = await childrenOf(parent);
    if (child === undefined) throw new Error('no child was opened');
    expect(more).toEqual([]);
    expect(await pendingOf(parent)).toHaveLength(1);
    await deliver();
    expect(await childrenOf(parent)).toEqual([child]);
    expect(await pendingOf(parent)).toEqual([]);
    const { rows } = await world.pool.query(
      'select outcome from outbox_outcome join outbox on id = outbox_id where case_id = $1',
      [parent],
    );
    expect(rows).toEqual([{ outcome: `accepted ${child} 1` }]);
    expect((await readRecord(world.pool, child))[0]?.text).toMatchObject({
      cause: { case: parent, seq },
      actor: 'system',
    });
  });

  it('open each child once under two workers on two engines', async () => {
    const parents = await Promise.all(Array.from({ length: 6 }, () => world.gathering()));
    for (const parent of parents) {
      for (const subject of ['a', 'b']) mustBe('accepted', await world.give(parent, 'SPAWN', { subject }));
    }
    await deliver(workerOf(), workerOf(other), workerOf());
    for (const parent of parents) expect(await childrenOf(parent)).toHaveLength(2);
  });

  it('let a child tell its parent', async () => {
    const parent = await world.gathering();
    mustBe('accepted', await world.give(parent, 'SPAWN', { subject: 'the well' }));
    await deliver();
    const [child = ''] = await childrenOf(parent);
    const dropped = mustBe('accepted', await world.give(child, 'DROP'));
    await deliver();
    expect(await heardBy(parent)).toEqual(['the well dropped']);
    expect((await readRecord(world.pool, parent)).at(-1)).toMatchObject({
      command: 'HEAR',
      text: { cause: { case: child, seq: dropped.seq }, capacity: 'system' },
    });
  });

  it('arrive in the order in which one source sent them to one target, whoever delivers', async () => {
    const [source, target] = [await world.gathering(), await world.gathering()];
    const words = Array.from({ length: 20 }, (_, index) => `word ${index}`);
    await tell(source, target, ...words);
    await deliver(workerOf(), workerOf(other), workerOf(), workerOf(other));
    expect(await heardBy(target)).toEqual(words);
    expect(await findChainFaults(world.pool, target)).toEqual([]);
  });

  it('wait for the one before them while it cannot be delivered, and hold up no other target', async () => {
    const [source, broken, healthy] = [await world.gathering(), await world.gathering(), await world.gathering()];
    await tell(source, broken, 'one', 'two');
    await tell(source, healthy, 'three');
    await runAs(world.database.adminUrl, `update case_position set state = '"vanished"' where case_id = $1`, [broken]);
    await deliver();
    expect(await heardBy(healthy)).toEqual(['three']);
    expect(await pendingOf(source)).toMatchObject([
      { stuck: false, attempts: 1, last_error: expect.stringContaining('not a complete state') },
      { stuck: false, attempts: 0 },
    ]);
    await runAs(world.database.adminUrl, `update case_position set state = '"gathering"' where case_id = $1`, [broken]);
    await deliver();
    expect(await heardBy(broken)).toEqual([]);
    await tryAgainAtOnce();
    await deliver();
    expect(await heardBy(broken)).toEqual(['one', 'two']);
  });

  it('become a stuck entry with an incident when their target refuses them, or is not there', async () => {
    const [source, closed] = [await world.gathering(), await world.gathering()];
    mustBe('accepted', await world.give(closed, 'DROP'));
    await tell(source, closed, 'too late', 'later still');
    await tell(source, 'DOCK-00000-00000', 'anybody?');
    await deliver();
    expect(await pendingOf(source)).toEqual([
      { stuck: true, attempts: 1, last_error: 'refused: state-allows' },
      { stuck: false, attempts: 0, last_error: null },
      { stuck: true, attempts: 1, last_error: 'not-found' },
    ]);
    expect(await world.incidents(source)).toMatchObject([
      { kind: 'undelivered', detail: { reason: 'refused: state-allows' } },
      { kind: 'undelivered', detail: { reason: 'not-found' } },
    ]);
  });

  it('become one after ten failures', async () => {
    const caseId = await world.gathering();
    world.clock.set(NOON + 2 * HOUR);
    mustBe('accepted', await world.engine.applyDue(caseId));
    const failing = workerOf(world.engine, world.pool, { deliver: () => Promise.reject(new Error('no gateway')) });
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      expect(await failing.round()).toBe(1);
      expect(await failing.round()).toBe(0);
      expect(await pendingOf(caseId)).toEqual([{ stuck: attempt === 10, attempts: attempt, last_error: 'no gateway' }]);
      await tryAgainAtOnce();
    }
    expect(await failing.round()).toBe(0);
    expect(await world.incidents(caseId)).toMatchObject([{ kind: 'undelivered', detail: { reason: 'no gateway' } }]);
  });

  it('count from the instant of their cause, however late they are delivered', async () => {
    const [source, target] = [await world.gathering(), await world.gathering({ closesAt: NOON + 3 * DAY })];
    world.clock.set(NOON + 60_000);
    await tell(source, target, 'punctual');
    mustBe('accepted', await world.give(source, 'SPAWN', { subject: 'child' }));
    world.clock.set(NOON + 2 * DAY);
    await deliver();
    const [child = ''] = await childrenOf(source);
    expect(await world.row(child)).toMatchObject({ openedAt: NOON + 60_000 });
    for (const [caseId, command] of [
      [child, 'OPEN'],
      [target, 'HEAR'],
    ] as const) {
      const entry = (await readRecord(world.pool, caseId)).find((each) => each.command === command);
      expect(entry?.text).toMatchObject({ received: iso(NOON + 60_000), decided: iso(NOON + 2 * DAY) });
    }
  });

  it('that a deadline brought about count from the deadline, not from when somebody noticed', async () => {
    const caseId = await world.gathering();
    world.clock.set(NOON + 5 * DAY);
    mustBe('accepted', await world.engine.applyDue(caseId));
    const { rows } = await world.pool.query('select effective_at from outbox where case_id = $1', [caseId]);
    expect(rows).toEqual([{ effective_at: NOON + HOUR }]);
    await deliver();
    expect(told.map(([notice, source]) => [notice.to, notice.template, source.caseId])).toEqual([
      ['role:evaluation-chair', 'docket.closed', caseId],
    ]);
  });

  it('reach a target whose own deadline has been applied meanwhile: the platform was late, not they', async () => {
    const [source, target] = [await world.gathering(), await world.gathering()];
    world.clock.set(NOON + HOUR - 1);
    await tell(source, target, 'just in time');
    world.clock.set(NOON + 3 * HOUR);
    mustBe('accepted', await world.engine.applyDue(target));
    await deliver();
    expect(await heardBy(target)).toEqual(['just in time']);
    expect(await world.incidents(target)).toEqual([]);
  });

  it('are sent by nothing that was only proposed or refused', async () => {
    const caseId = await world.draft();
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    mustBe('refused', await world.give(caseId, 'TELL', { target: caseId, word: 'no' }));
    expect((await world.pool.query('select 1 from outbox where case_id = $1', [caseId])).rows).toEqual([]);
  });
});
