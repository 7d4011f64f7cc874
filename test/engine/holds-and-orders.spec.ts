import { DueWorker, type Outcome } from '#engine';
import { makeActor } from '#testing';
import { findChainFaults, readRecord } from './support/chain.js';
import { bidderOf, DocketWorld, HOUR, mustBe, NOON, OFFICER, SECOND } from './support/docket-world.js';

const STAY = { kind: 'court-stay', orderReference: 'W.P. 1 of 2026' };
const SET_ASIDE = 'engine.set-aside';
const iso = (at: number): string => new Date(at).toISOString();

describe('holds and orders of a court', () => {
  let world: DocketWorld;

  beforeAll(async () => {
    world = await DocketWorld.start({ graceMs: 0 });
  });
  afterAll(() => world.stop());
  beforeEach(() => world.clock.set(NOON));

  const rulesOf = (outcome: Outcome): string[] =>
    outcome.kind === 'refused' ? outcome.refusals.map(({ rule }) => rule) : [outcome.kind];
  const stay = (caseId: string, form: object = {}): Promise<Outcome> =>
    world.give(caseId, 'engine.place-hold', { ...STAY, ...form });
  const release = async (caseId: string): Promise<Outcome> => {
    const standing = (await world.row(caseId)).holds.find(({ releasedAt }) => releasedAt === null);
    return await world.give(caseId, 'engine.release-hold', { holdId: standing?.id, orderReference: 'vacated' });
  };
  const dueOf = async (caseId: string): Promise<[string, number][]> =>
    (
      await world.pool.query('select clock, due_at from case_due where case_id = $1 order by due_at', [caseId])
    ).rows.map(({ clock, due_at }: { clock: string; due_at: Date }) => [clock.replace(/:.*/, ''), due_at.getTime()]);
  const setAside = async (caseId: string, form: object): Promise<Outcome> => {
    const target = { orderReference: 'W.P. 9 of 2026', document: 'file 9', ...form };
    const proposed = await world.give(caseId, SET_ASIDE, target);
    return proposed.kind === 'proposed' ? await world.confirm(caseId) : proposed;
  };

  it('keep everybody from acting but the clock and who records orders', async () => {
    const caseId = await world.gathering();
    mustBe('accepted', await stay(caseId));
    const answers = await Promise.all([
      world.give(caseId, 'NOTE', { text: 'no' }),
      world.give(caseId, 'RAISE', { by: 1 }),
      world.give(caseId, 'CLAIM', { price: {} }, { actor: bidderOf('acme') }),
    ]);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        kind: 'refused',
        status: 409,
        refusals: [
          {
            rule: 'no-hold-stands',
            ref: { provision: STAY.orderReference },
            found: expect.stringContaining('a stay by a court') as string,
          },
        ],
      });
    }
    mustBe('accepted', await world.give(caseId, 'HEAR', { word: 'the system may' }));
    mustBe('accepted', await release(caseId));
    mustBe('accepted', await world.give(caseId, 'NOTE', { text: 'yes' }));
  });

  it('let through what the table says goes on during a hold', async () => {
    const caseId = await world.gathering();
    mustBe('accepted', await stay(caseId));
    mustBe('accepted', await world.give(caseId, 'DROP'));
  });

  it('keep a proposal from being confirmed while they stand', async () => {
    const caseId = await world.draft();
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    mustBe('accepted', await stay(caseId));
    expect(rulesOf(await world.confirm(caseId))).toEqual(['no-hold-stands']);
    mustBe('accepted', await release(caseId));
    mustBe('accepted', await world.confirm(caseId));
  });

  it('stop the clocks that they stop for exactly as long as they stand, overlapping ones once', async () => {
    const caseId = await world.gathering();
    world.clock.set(NOON + 1_000);
    mustBe('accepted', await stay(caseId));
    expect(await dueOf(caseId)).toEqual([]);
    world.clock.set(NOON + 5_000);
    mustBe('accepted', await stay(caseId, { orderReference: 'another bench' }));
    world.clock.set(NOON + 8_000);
    mustBe('accepted', await release(caseId));
    expect(await dueOf(caseId)).toEqual([]);
    world.clock.set(NOON + 10_000);
    mustBe('accepted', await release(caseId));
    expect(await dueOf(caseId)).toEqual([['lapse', NOON + HOUR + 9_000]]);
  });

  it('stop no clock when they are of a kind that does not stop it, but block all the same', async () => {
    const caseId = await world.gathering();
    mustBe('accepted', await stay(caseId, { kind: 'central-direction' }));
    expect(await dueOf(caseId)).toEqual([['lapse', NOON + HOUR]]);
    expect(rulesOf(await world.give(caseId, 'NOTE', { text: 'x' }))).toEqual(['no-hold-stands']);
    world.clock.set(NOON + 2 * HOUR);
    expect(rulesOf(await world.give(caseId, 'NOTE', { text: 'x' }))).toEqual(['no-hold-stands']);
    expect((await world.row(caseId)).state).toBe('weighing');
  });

  it('end by themselves at their fixed end, though no worker ran, and give the time back', async () => {
    const caseId = await world.gathering();
    mustBe('accepted', await stay(caseId, { until: iso(NOON + 10 * HOUR) }));
    expect(await dueOf(caseId)).toEqual([['hold', NOON + 10 * HOUR]]);
    world.clock.set(NOON + 10 * HOUR + 1);
    mustBe('accepted', await world.give(caseId, 'NOTE', { text: 'after the stay' }));
    const end = (await readRecord(world.pool, caseId)).at(-2);
    expect(end).toMatchObject({ kind: 'timer', command: 'engine.end-hold', text: { received: iso(NOON + 10 * HOUR) } });
    expect(await dueOf(caseId)).toEqual([['lapse', NOON + 11 * HOUR]]);
  });

  it('are refused when they would end before they begin', async () => {
    const caseId = await world.gathering();
    expect(rulesOf(await stay(caseId, { until: iso(NOON) }))).toEqual(['hold-ends-later']);
  });

  it('are released once, and only by name', async () => {
    const caseId = await world.gathering();
    expect(rulesOf(await world.give(caseId, 'engine.release-hold', { holdId: 'none' }))).toEqual(['hold-stands']);
    mustBe('accepted', await stay(caseId));
    const { holds } = await world.row(caseId);
    mustBe('accepted', await release(caseId));
    expect(rulesOf(await world.give(caseId, 'engine.release-hold', { holdId: holds[0]?.id }))).toEqual(['hold-stands']);
  });

  it('are for the roles that the case type names', async () => {
    const caseId = await world.gathering();
    for (const actor of [SECOND, bidderOf('acme'), makeActor('state-officer', { jurisdiction: 'OD' })]) {
      expect(await world.give(caseId, 'engine.place-hold', STAY, { actor })).toMatchObject({ kind: 'forbidden' });
    }
    const draft = await world.draft();
    expect(await world.give(draft, 'engine.place-hold', STAY, { actor: bidderOf('acme') })).toEqual({
      kind: 'not-found',
    });
  });

  it('set a transition aside from a final state, with new times, before two persons, and delete nothing', async () => {
    const caseId = await world.gathering();
    mustBe('accepted', await world.give(caseId, 'DROP'));
    const before = await readRecord(world.pool, caseId);
    expect(await world.row(caseId)).toMatchObject({ closed: true, state: 'dropped' });
    world.clock.set(NOON + 50 * HOUR);
    const restored = {
      targetState: 'gathering',
      context: { closesAt: NOON + 99 * HOUR },
      anchors: { notice: '2026-03-04' },
    };
    mustBe('accepted', await setAside(caseId, restored));
    expect(await world.row(caseId)).toMatchObject({
      closed: false,
      state: 'gathering',
      anchors: { notice: '2026-03-04' },
      context: { closesAt: NOON + 99 * HOUR, subject: 'Boundary stones' },
    });
    expect(await dueOf(caseId)).toEqual([['lapse', NOON + 99 * HOUR]]);
    const record = await readRecord(world.pool, caseId);
    expect(record.slice(0, before.length)).toEqual(before);
    expect(record.at(-1)).toMatchObject({
      kind: 'order',
      command: SET_ASIDE,
      text: { from: 'dropped', to: 'gathering', actor: SECOND.personId, confirms: { proposer: OFFICER.personId } },
      payload: { form: { orderReference: 'W.P. 9 of 2026', document: 'file 9', ...restored } },
    });
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
    mustBe('accepted', await world.give(caseId, 'NOTE', { text: 'it goes on' }));
  });

  it('give a case back to those who had lost sight of it', async () => {
    const caseId = await world.gathering();
    mustBe('accepted', await world.give(caseId, 'DROP'));
    expect(await world.reader.find(caseId, bidderOf('acme'))).toBeNull();
    mustBe('accepted', await setAside(caseId, { targetState: 'gathering' }));
    expect(await world.reader.find(caseId, bidderOf('acme'))).not.toBeNull();
  });

  it('restore only complete states', async () => {
    const caseId = await world.gathering();
    for (const targetState of ['nowhere', 'settling', { settling: { payment: 'owed' } }, { settling: 'owed' }]) {
      expect(rulesOf(await setAside(caseId, { targetState }))).toEqual(['target-is-a-state']);
    }
    mustBe('accepted', await setAside(caseId, { targetState: { settling: { payment: 'paid', survey: 'awaited' } } }));
    mustBe('accepted', await world.give(caseId, 'SURVEY'));
    expect(await world.row(caseId)).toMatchObject({ state: 'settled', closed: true });
  });

  it('are not confirmed by who proposed them', async () => {
    const caseId = await world.gathering();
    const form = { orderReference: 'W.P. 9', document: 'file', targetState: 'draft' };
    mustBe('proposed', await world.give(caseId, SET_ASIDE, form));
    const himself = makeActor('approving-officer', { personId: OFFICER.personId });
    expect(rulesOf(await world.confirm(caseId, himself))).toEqual(['second-person-differs']);
    expect((await world.row(caseId)).state).toBe('gathering');
  });

  it('lapse when nobody confirms them, on a closed case too', async () => {
    const caseId = await world.gathering();
    mustBe('accepted', await world.give(caseId, 'DROP'));
    const form = { orderReference: 'W.P. 9', document: 'file', targetState: 'gathering' };
    mustBe('proposed', await world.give(caseId, SET_ASIDE, form));
    const { id: proposalId, expiresAt } = await world.proposalOf(caseId);
    expect(await dueOf(caseId)).toEqual([['proposal', expiresAt]]);
    world.clock.set(expiresAt + 1);
    expect(rulesOf(await world.give(caseId, 'engine.confirm-proposal', { proposalId }, { actor: SECOND }))).toEqual([
      'proposal-is-open',
    ]);
    expect(await world.row(caseId)).toMatchObject({ state: 'dropped', proposals: [] });
  });

  it('are proposed one at a time', async () => {
    const caseId = await world.gathering();
    const form = { orderReference: 'W.P. 9', document: 'file', targetState: 'draft' };
    mustBe('proposed', await world.give(caseId, SET_ASIDE, form));
    expect(rulesOf(await world.give(caseId, SET_ASIDE, form))).toEqual(['one-open-proposal']);
  });

  it('fire a deadline anew that an order has given anew', async () => {
    const caseId = await world.gathering();
    world.clock.set(NOON + 2 * HOUR);
    mustBe('accepted', await setAside(caseId, { targetState: 'gathering', context: { closesAt: NOON + 9 * HOUR } }));
    world.clock.set(NOON + 9 * HOUR + 1);
    await new DueWorker(world.pool, world.engine, 'worker').round();
    expect((await world.row(caseId)).state).toBe('weighing');
    const lapses = (await readRecord(world.pool, caseId)).filter(({ command }) => command === 'LAPSE');
    expect(lapses.map(({ text }) => text.received)).toEqual([iso(NOON + HOUR), iso(NOON + 9 * HOUR)]);
  });
});
