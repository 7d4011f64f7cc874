import { setTimeout as sleep } from 'node:timers/promises';
import { DueWorker, type Outcome } from '#engine';
import { readRecord } from './support/chain.js';
import { bidderOf, DAY, DocketWorld, HOUR, mustBe, NOON, runAs } from './support/docket-world.js';

const GRACE = 50;
const CLOSES = NOON + HOUR;

describe('time and order', () => {
  let world: DocketWorld;

  beforeAll(async () => {
    world = await DocketWorld.start({ graceMs: GRACE });
  });
  afterAll(() => world.stop());
  beforeEach(() => world.clock.set(NOON));

  /** Whether a promise has not been answered although the engine has had time to. */
  async function isStillWaiting(promise: Promise<unknown>): Promise<boolean> {
    return await Promise.race([promise.then(() => false), sleep(120).then(() => true)]);
  }

  const claimAt = async (caseId: string, at: number, organisation = 'acme'): Promise<Outcome> =>
    await world.give(caseId, 'CLAIM', { price: { sealed: 'none' } }, { at, actor: bidderOf(organisation) });

  const commandsOf = async (caseId: string): Promise<string[]> =>
    (await readRecord(world.pool, caseId)).map(({ command, kind }) => `${command} ${kind}`);

  it('takes a command that was received at the very instant of the close', async () => {
    const caseId = await world.gathering();
    world.clock.set(CLOSES + 10 * GRACE);
    expect(await claimAt(caseId, CLOSES)).toMatchObject({ kind: 'accepted' });
  });

  it('refuses a command that was received a millisecond after the close, once the grace is over', async () => {
    const caseId = await world.gathering();
    world.clock.set(CLOSES + 1);
    const late = claimAt(caseId, CLOSES + 1);
    expect(await isStillWaiting(late)).toBe(true);
    world.clock.set(CLOSES + GRACE);
    expect(await late).toMatchObject({
      kind: 'refused',
      status: 409,
      late: false,
      refusals: [{ rule: 'state-allows' }],
    });
    expect((await world.row(caseId)).state).toBe('weighing');
  });

  it('lets punctual commands that surface within the grace pass a rival’s late one', async () => {
    const caseId = await world.gathering();
    world.clock.set(CLOSES + 5);
    const late = claimAt(caseId, CLOSES + 5, 'late');
    expect(await isStillWaiting(late)).toBe(true);
    world.clock.set(CLOSES + 20);
    const punctual = await Promise.all([claimAt(caseId, CLOSES - 1, 'first'), claimAt(caseId, CLOSES, 'second')]);
    expect(punctual.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
    expect(await isStillWaiting(late)).toBe(true);
    world.clock.set(CLOSES + GRACE);
    expect(await late).toMatchObject({ kind: 'refused', late: false });
    expect((await commandsOf(caseId)).slice(-4)).toEqual([
      'CLAIM accepted',
      'CLAIM accepted',
      'LAPSE timer',
      'CLAIM refused',
    ]);
  });

  it('decides parked commands in the order of their receipt, whatever the order in which they came up', async () => {
    const caseId = await world.gathering();
    world.clock.set(CLOSES + 9);
    const answers = [9, 3, 6].map((ms) => world.give(caseId, 'NOTE', { text: String(ms) }, { at: CLOSES + ms }));
    await sleep(30);
    world.clock.set(CLOSES + GRACE);
    expect((await Promise.all(answers)).map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
    const record = await readRecord(world.pool, caseId);
    expect(record.slice(-4).map(({ command, payload }) => payload.form['text'] ?? command)).toEqual([
      'LAPSE',
      '3',
      '6',
      '9',
    ]);
  });

  it('takes a parked command after all when a punctual one has extended the time', async () => {
    const caseId = await world.gathering();
    world.clock.set(CLOSES + 10);
    const parked = world.give(caseId, 'RAISE', { by: 1 }, { at: CLOSES + 10 });
    expect(await isStillWaiting(parked)).toBe(true);
    expect(await world.give(caseId, 'RAISE', { by: 1 }, { at: CLOSES - 5 })).toMatchObject({ kind: 'accepted' });
    world.clock.set(CLOSES + GRACE);
    expect(await parked).toMatchObject({ kind: 'accepted' });
    const { context } = await world.row(caseId);
    expect(context).toMatchObject({ raised: 2, closesAt: CLOSES + 10 + 1_000 });
  });

  it('gives a punctual command that surfaces after the close PLATFORM_LATE, on the record and as an incident', async () => {
    const caseId = await world.gathering();
    world.clock.set(CLOSES + GRACE + 1);
    mustBe('refused', await claimAt(caseId, CLOSES + GRACE + 1, 'rival'));
    const outcome = await claimAt(caseId, CLOSES - 1, 'unlucky');
    expect(outcome).toMatchObject({ kind: 'refused', status: 422, late: true });
    const { seq, refusals } = outcome as Extract<Outcome, { kind: 'refused' }>;
    expect(refusals.map(({ rule }) => rule)).toEqual(['PLATFORM_LATE', 'state-allows']);
    const entry = (await readRecord(world.pool, caseId)).at(-1);
    expect(entry).toMatchObject({
      seq,
      kind: 'refused',
      text: { failed: ['PLATFORM_LATE', 'state-allows'] },
      payload: { late: true, status: 422 },
    });
    expect(await world.incidents(caseId)).toEqual([
      {
        kind: 'platform-late',
        detail: {
          seq,
          command: 'CLAIM',
          receivedAt: new Date(CLOSES - 1).toISOString(),
          appliedThrough: new Date(CLOSES).toISOString(),
        },
      },
    ]);
  });

  it('records every punctual command that came up too late, however many: the fault is ours, not a flood', async () => {
    const caseId = await world.gathering();
    world.clock.set(CLOSES + GRACE + 1);
    mustBe('accepted', await world.engine.applyDue(caseId));
    const answers = await Promise.all(Array.from({ length: 15 }, () => claimAt(caseId, CLOSES)));
    expect(answers.every((answer) => answer.kind === 'refused' && answer.late)).toBe(true);
    expect(await world.incidents(caseId)).toHaveLength(15);
  });

  it('opens no incident for a command that was received after the close', async () => {
    const caseId = await world.gathering();
    world.clock.set(CLOSES + 2 * GRACE);
    mustBe('accepted', await world.engine.applyDue(caseId));
    expect(await claimAt(caseId, CLOSES + 1)).toMatchObject({ kind: 'refused', late: false });
    expect(await world.incidents(caseId)).toEqual([]);
  });

  it('applies with the next command what fell due while no worker ran, at the due instants', async () => {
    const caseId = await world.gathering();
    world.clock.set(CLOSES + 3 * DAY);
    mustBe('accepted', await world.give(caseId, 'NOTE', { text: 'afterwards' }));
    const record = await readRecord(world.pool, caseId);
    expect(record.slice(-3).map(({ command, kind, text }) => [command, kind, text.received])).toEqual([
      ['LAPSE', 'timer', new Date(CLOSES).toISOString()],
      ['REMIND', 'timer', new Date(CLOSES + DAY).toISOString()],
      ['NOTE', 'accepted', new Date(CLOSES + 3 * DAY).toISOString()],
    ]);
  });

  it('lets a due event read the rows of the due event before it, however late both are applied', async () => {
    const caseId = await world.gathering();
    world.clock.set(CLOSES + 3 * DAY);
    mustBe('accepted', await world.engine.applyDue(caseId));
    expect((await world.row(caseId)).context).toMatchObject({ reminded: 1 });
  });

  it('lets a command read the rows of a due event that it brought about itself', async () => {
    const caseId = await world.gathering();
    for (const text of ['1', '2', '3', '4']) mustBe('accepted', await world.give(caseId, 'NOTE', { text }));
    world.clock.set(CLOSES + HOUR);
    expect(await world.give(caseId, 'NOTE', { text: 'the sixth, after the fifth of the close' })).toMatchObject({
      kind: 'refused',
      refusals: [{ rule: 'few-notes', found: 5 }],
    });
  });

  it('lets a command that shares its batch with others read the rows of its own due event', async () => {
    const cases = await Promise.all(Array.from({ length: 6 }, () => world.gathering()));
    world.clock.set(CLOSES + 3 * DAY);
    const answers = await Promise.all(cases.map((caseId) => world.give(caseId, 'NOTE', { text: 'together' })));
    expect(answers.every(({ kind }) => kind === 'accepted')).toBe(true);
    for (const caseId of cases) expect((await world.row(caseId)).context).toMatchObject({ reminded: 1 });
  });

  it('fires each due event once, though two workers on two engines look at the same time', async () => {
    const cases = await Promise.all(Array.from({ length: 12 }, () => world.gathering()));
    const other = world.another();
    const workers = [new DueWorker(world.pool, world.engine, 'one'), new DueWorker(world.pool, other, 'two')];
    world.clock.set(CLOSES + GRACE + 1);
    await Promise.all(workers.flatMap((worker) => [worker.round(), worker.round()]));
    await Promise.all(workers.map((worker) => worker.round()));
    for (const caseId of cases) {
      const lapses = (await readRecord(world.pool, caseId)).filter(({ command }) => command === 'LAPSE');
      expect(lapses.map(({ text }) => text.received)).toEqual([new Date(CLOSES).toISOString()]);
    }
    await other.close();
  });

  it('leaves no stale entry of a deadline that moved, and none of a closed case', async () => {
    const caseId = await world.gathering();
    const dueOf = async (): Promise<number[]> =>
      (await world.pool.query('select due_at from case_due where case_id = $1', [caseId])).rows.map(
        ({ due_at }: { due_at: Date }) => due_at.getTime(),
      );
    expect(await dueOf()).toEqual([CLOSES]);
    world.clock.set(CLOSES - 100);
    mustBe('accepted', await world.give(caseId, 'RAISE', { by: 1 }));
    expect(await dueOf()).toEqual([CLOSES + 900]);
    mustBe('accepted', await world.give(caseId, 'DROP'));
    expect(await dueOf()).toEqual([]);
  });

  it('keeps a worker from waiting for a clock with a long grace of its own', async () => {
    const slow = await world.gathering({ graceMs: HOUR });
    const other = await world.gathering({ closesAt: CLOSES + 1 });
    world.clock.set(CLOSES + 10 * GRACE);
    const worker = new DueWorker(world.pool, world.engine, 'patient');
    const round = worker.round();
    expect(await isStillWaiting(round)).toBe(false);
    expect((await world.row(other)).state).toBe('weighing');
    expect((await world.row(slow)).state).toBe('gathering');
    world.clock.set(CLOSES + HOUR);
    await worker.round();
    expect((await world.row(slow)).state).toBe('weighing');
  });

  it('puts cases that cannot be brought forward aside, so that they do not hold up the others', async () => {
    const broken = await Promise.all(Array.from({ length: 3 }, () => world.gathering()));
    const healthy = await world.gathering({ closesAt: CLOSES + 1 });
    await runAs(world.database.adminUrl, `update case_position set state = '"vanished"' where case_id = any($1)`, [
      broken,
    ]);
    world.clock.set(CLOSES + 10 * GRACE);
    const worker = new DueWorker(world.pool, world.engine, 'undeterred');
    await worker.round();
    expect((await world.row(healthy)).state).toBe('weighing');
    expect(worker.lagMs()).toBeGreaterThan(0);
    await world.pool.query('delete from case_due where case_id = any($1)', [broken]);
  });
});
