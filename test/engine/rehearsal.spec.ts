import { validateSync } from 'class-validator';
import { DueWorker, ENGINE_COMMANDS, OutboxWorker, type Outcome } from '#engine';
import { readRecord } from './support/chain.js';
import { bidderOf, DAY, DocketWorld, HOUR, mustBe, NOON } from './support/docket-world.js';

const ADVANCE = 'engine.advance-clock';
/** A Monday noon eight years before the present of these tests. */
const THEN = Date.parse('2018-03-05T12:00:00+05:30');
const iso = (at: number): string => new Date(at).toISOString();

describe('a rehearsal', () => {
  let world: DocketWorld;

  beforeAll(async () => {
    world = await DocketWorld.start();
  });
  afterAll(() => world.stop());
  beforeEach(() => world.clock.set(NOON));

  const rehearse = (more: object = {}): Promise<string> => world.gathering({ rehearsalStartsAt: THEN, ...more });
  const advance = (caseId: string, to: number): Promise<Outcome> => world.give(caseId, ADVANCE, { to: iso(to) });
  const deliver = (): Promise<number> =>
    new OutboxWorker(world.pool, world.engine, { deliver: async () => undefined }).round();
  const stuckOf = async (caseId: string): Promise<string[]> =>
    (await world.pool.query('select last_error from outbox_pending where source = $1 and stuck', [caseId])).rows.map(
      ({ last_error }: { last_error: string }) => last_error,
    );

  it('carries its mark in its id and runs at the date at which it was started', async () => {
    const caseId = await rehearse();
    expect(caseId).toMatch(/^REHEARSAL-DOCK-/);
    expect(await world.row(caseId)).toMatchObject({
      rehearsal: true,
      clockAt: THEN,
      anchors: { notice: '2018-03-05' },
    });
    const record = await readRecord(world.pool, caseId);
    expect(record.map(({ text }) => text.received)).toEqual([iso(THEN), iso(THEN), iso(THEN)]);
  });

  it('stands still whatever the real time is, and the worker fires nothing of it', async () => {
    const caseId = await rehearse();
    world.clock.set(NOON + 400 * DAY);
    await new DueWorker(world.pool, world.engine, 'worker').round();
    mustBe('accepted', await world.engine.applyDue(caseId));
    mustBe('accepted', await world.give(caseId, 'NOTE', { text: 'still open' }));
    expect(await world.row(caseId)).toMatchObject({ state: 'gathering', clockAt: THEN });
    expect((await world.pool.query('select * from case_due where case_id = $1', [caseId])).rows).toEqual([]);
  });

  it('fires on the way what falls due on the way, each at its own instant, and counts from there', async () => {
    const caseId = await rehearse();
    mustBe('accepted', await advance(caseId, THEN + 3 * DAY));
    const record = await readRecord(world.pool, caseId);
    expect(record.slice(-3).map(({ command, kind, text }) => [command, kind, text.received])).toEqual([
      ['LAPSE', 'timer', iso(THEN + HOUR)],
      ['REMIND', 'timer', iso(THEN + HOUR + DAY)],
      // The act itself was given before all of it.
      [ADVANCE, 'clock', iso(THEN)],
    ]);
    expect(await world.row(caseId)).toMatchObject({ clockAt: THEN + 3 * DAY, context: { reminded: 1 } });
  });

  it('takes a command at the very instant of a deadline, and none after it', async () => {
    const caseId = await rehearse();
    mustBe('accepted', await advance(caseId, THEN + HOUR));
    mustBe('accepted', await world.claim(caseId, 'acme', '1.00'));
    mustBe('accepted', await advance(caseId, THEN + HOUR + 1));
    expect(await world.give(caseId, 'CLAIM', { price: {} }, { actor: bidderOf('acme') })).toMatchObject({
      kind: 'refused',
      late: false,
      refusals: [{ rule: 'state-allows' }],
    });
  });

  it('needs no grace: nobody is under way to it in time', async () => {
    const caseId = await rehearse({ graceMs: DAY });
    mustBe('accepted', await advance(caseId, THEN + HOUR + 1));
    expect((await world.row(caseId)).state).toBe('weighing');
  });

  it('never moves back', async () => {
    const caseId = await rehearse();
    mustBe('accepted', await advance(caseId, THEN + 1_000));
    expect(await advance(caseId, THEN + 999)).toMatchObject({
      status: 422,
      refusals: [{ rule: 'clock-moves-forward' }],
    });
    expect((await world.row(caseId)).clockAt).toBe(THEN + 1_000);
  });

  it('is the only kind of case with a clock of its own', async () => {
    const caseId = await world.gathering();
    expect(await advance(caseId, NOON + DAY)).toMatchObject({
      status: 409,
      refusals: [{ rule: 'only-rehearsals-have-a-clock' }],
    });
    expect((await world.row(caseId)).state).toBe('gathering');
  });

  it('moves to no instant that does not exist', () => {
    const faultsOf = (name: string, values: object): string[] => {
      const form = ENGINE_COMMANDS.find((spec) => spec.path === name)?.form;
      if (form === undefined) throw new Error(`no form of ${name}`);
      return validateSync(Object.assign(new form(), values)).map(({ property }) => property);
    };
    const hold = { kind: 'court-stay', orderReference: 'W.P. 1' };
    for (const instant of [
      '2026-02-30T12:00:00Z',
      '2026-13-01T12:00:00Z',
      '2026-01-01T25:61:00Z',
      '2026-01-01',
      '',
      7,
    ]) {
      expect(faultsOf('advance-clock', { to: instant })).toEqual(['to']);
      expect(faultsOf('place-hold', { ...hold, until: instant })).toEqual(['until']);
    }
    expect(faultsOf('advance-clock', { to: '2026-02-28T12:00:00.5+05:30' })).toEqual([]);
    expect(faultsOf('place-hold', hold)).toEqual([]);
  });

  it('opens children that are rehearsals under its own clock', async () => {
    const caseId = await rehearse();
    mustBe('accepted', await advance(caseId, THEN + 1_000));
    mustBe('accepted', await world.give(caseId, 'SPAWN', { subject: 'child' }));
    await deliver();
    const { rows } = await world.pool.query('select id from case_file where parent_case_id = $1', [caseId]);
    expect(rows).toHaveLength(1);
    const childId = (rows[0] as { id: string }).id;
    expect(childId).toMatch(/^REHEARSAL-/);
    expect(await world.row(childId)).toMatchObject({ rehearsal: true, clockAt: THEN + 1_000, rootCaseId: caseId });
  });

  it('tells other rehearsals, whose clocks follow to the instant of what they hear', async () => {
    const [speaker, hearer] = [await rehearse(), await rehearse()];
    mustBe('accepted', await advance(speaker, THEN + HOUR - 1));
    mustBe('accepted', await world.give(speaker, 'TELL', { target: hearer, word: 'hello' }));
    const other = await rehearse({ closesAt: THEN + 5_000 });
    mustBe('accepted', await world.give(speaker, 'TELL', { target: other, word: 'and you' }));
    await deliver();
    expect(await world.row(hearer)).toMatchObject({ clockAt: THEN + HOUR - 1, context: { heard: ['hello'] } });
    // What fell due between the hearer's clock and the speaker's has happened on the way.
    expect(await world.row(other)).toMatchObject({ state: 'weighing', context: { heard: ['and you'] } });
  });

  it('can neither tell a live case nor be told by one', async () => {
    const [rehearsal, live] = [await rehearse(), await world.gathering()];
    mustBe('accepted', await world.give(rehearsal, 'TELL', { target: live, word: 'false alarm' }));
    mustBe('accepted', await world.give(live, 'TELL', { target: rehearsal, word: 'real alarm' }));
    await deliver();
    for (const [source, target] of [
      [rehearsal, live],
      [live, rehearsal],
    ] as const) {
      expect(await stuckOf(source)).toEqual([expect.stringContaining('rehearsal')]);
      expect((await world.row(target)).context).toMatchObject({ heard: [] });
      expect(await world.incidents(source)).toMatchObject([{ kind: 'undelivered' }]);
    }
  });

  it('is not consulted by a live case, nor does it consult one', async () => {
    const [rehearsal, live] = [await rehearse(), await world.gathering()];
    mustBe('accepted', await advance(rehearsal, THEN + 2 * HOUR));
    expect((await world.row(rehearsal)).state).toBe('weighing');
    expect(await world.give(live, 'CONSULT', { other: rehearsal })).toMatchObject({
      refusals: [{ rule: 'consults-a-closed-docket', found: null }],
    });
    const closed = await world.gathering({ closesAt: NOON + 1 });
    world.clock.set(NOON + 1_000);
    mustBe('accepted', await world.engine.applyDue(closed));
    mustBe('accepted', await world.give(live, 'CONSULT', { other: closed }));
    const open = await rehearse();
    expect(await world.give(open, 'CONSULT', { other: closed })).toMatchObject({ refusals: [{ found: null }] });
  });

  it('is what its parent is, whatever is asked for', async () => {
    const live = await world.gathering();
    const outcome = await world.engine.open({
      caseType: 'docket',
      form: { subject: 'child', closesAt: iso(NOON + HOUR) },
      actor: { ...bidderOf('x'), role: 'system' },
      receivedAt: NOON,
      key: 'a key of its own for this',
      parentCaseId: live,
      rehearsalStartsAt: THEN,
    });
    const { caseId } = mustBe('accepted', outcome);
    expect(caseId).not.toMatch(/^REHEARSAL-/);
    expect(await world.row(caseId)).toMatchObject({ rehearsal: false, clockAt: null });
  });
});
