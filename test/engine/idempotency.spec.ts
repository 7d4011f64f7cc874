import type { Pool } from 'pg';
import type { CaseEngine, Outcome } from '#engine';
import { createCommandPool } from '#platform';
import { drawKey, makeActor } from '#testing';
import { findChainFaults } from './support/chain.js';
import { answerOf, bidderOf, CHAIR, DocketWorld, HOUR, mustBe, NOON, OFFICER } from './support/docket-world.js';

describe('a command’s key', () => {
  let world: DocketWorld;
  let otherPool: Pool;
  let other: CaseEngine;

  beforeAll(async () => {
    world = await DocketWorld.start();
    otherPool = createCommandPool(world.database.appUrl);
    other = world.another({}, otherPool);
  });
  afterAll(async () => {
    await other.close();
    await otherPool.end();
    await world.stop();
  });
  beforeEach(() => world.clock.set(NOON));

  const countOf = async (sql: string, ...params: unknown[]): Promise<number> =>
    (await world.pool.query<{ count: number }>(`select count(*)::int as count ${sql}`, params)).rows[0]?.count ?? -1;

  const fresh = (answers: readonly Outcome[]): Outcome[] =>
    answers.filter((answer) => 'repeated' in answer && !answer.repeated);

  it('has one effect and one answer, fifty times at once through two engines', async () => {
    const caseId = await world.gathering();
    const key = drawKey();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        world.give(caseId, 'RAISE', { by: 3 }, { key, engine: index % 2 === 0 ? world.engine : other }),
      ),
    );
    expect(fresh(answers)).toHaveLength(1);
    expect(new Set(answers.map((answer) => JSON.stringify(answerOf(answer)))).size).toBe(1);
    expect((await world.row(caseId)).context).toMatchObject({ raised: 3 });
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
  });

  it('opens one case, twenty times at once through two engines', async () => {
    const key = drawKey();
    const open = (engine: CaseEngine): Promise<Outcome> =>
      engine.open({
        caseType: 'docket',
        form: { subject: 'only one', closesAt: new Date(NOON + HOUR).toISOString() },
        actor: OFFICER,
        receivedAt: NOON,
        key,
      });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => open(index % 2 === 0 ? world.engine : other)),
    );
    expect(new Set(answers.map((answer) => mustBe('accepted', answer).caseId)).size).toBe(1);
    expect(fresh(answers)).toHaveLength(1);
    expect(await countOf(`from case_file where context ->> 'subject' = 'only one'`)).toBe(1);
  });

  it('belongs to one person: another with the same key gives a command of his own', async () => {
    const caseId = await world.gathering();
    const key = drawKey();
    const outcomes = [];
    for (const organisation of ['one', 'two']) {
      outcomes.push(await world.give(caseId, 'RAISE', { by: 1 }, { key, actor: bidderOf(organisation) }));
    }
    expect(fresh(outcomes)).toHaveLength(2);
    expect((await world.row(caseId)).context).toMatchObject({ raised: 2 });
  });

  it('is refused for another body, another command and another case', async () => {
    const [caseId, second] = [await world.gathering(), await world.gathering()];
    const key = drawKey();
    mustBe('accepted', await world.give(caseId, 'NOTE', { text: 'one' }, { key }));
    expect(await world.give(caseId, 'NOTE', { text: 'two' }, { key })).toEqual({ kind: 'key-reused' });
    expect(await world.give(caseId, 'TELL', { text: 'one' }, { key })).toEqual({ kind: 'key-reused' });
    expect(await world.give(second, 'NOTE', { text: 'one' }, { key })).toEqual({ kind: 'key-reused' });
    expect(await world.give(caseId, 'NOTE', { text: 'one' }, { key })).toMatchObject({ repeated: true });
  });

  it('is spent on one case only when it is sent to several at the same moment', async () => {
    const cases = await Promise.all(Array.from({ length: 8 }, () => world.gathering()));
    const key = drawKey();
    const answers = await Promise.all(
      cases.map((caseId, index) =>
        world.give(caseId, 'NOTE', { text: 'where?' }, { key, engine: index % 2 === 0 ? world.engine : other }),
      ),
    );
    expect(answers.map(({ kind }) => kind).sort()).toEqual([
      'accepted',
      ...Array.from({ length: 7 }, () => 'key-reused'),
    ]);
    expect(await countOf('from docket_note where case_id = any($1)', cases)).toBe(1);
  });

  it('is told apart by whichever of two lone transactions comes second', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [one, two] = [await world.gathering(), await world.gathering()];
      const key = drawKey();
      const answers = await Promise.all([
        world.give(one, 'NOTE', { text: 'here' }, { key }),
        world.give(two, 'NOTE', { text: 'here' }, { key, engine: other }),
      ]);
      expect(answers.map(({ kind }) => kind).sort()).toEqual(['accepted', 'key-reused']);
    }
  });

  it('repeats a refusal as it was, though the command would be accepted by now', async () => {
    const caseId = await world.draft();
    const key = drawKey();
    const refused = mustBe('refused', await world.give(caseId, 'NOTE', { text: 'too early' }, { key }));
    await world.publish(caseId);
    expect(await world.give(caseId, 'NOTE', { text: 'too early' }, { key })).toEqual({
      ...answerOf(refused),
      repeated: true,
    });
    expect(await countOf('from docket_note where case_id = $1', caseId)).toBe(0);
  });

  it('repeats a proposal as a proposal', async () => {
    const caseId = await world.draft();
    const key = drawKey();
    const first = mustBe('proposed', await world.give(caseId, 'PUBLISH', {}, { key }));
    expect(await world.give(caseId, 'PUBLISH', {}, { key })).toEqual({ ...answerOf(first), repeated: true });
    expect((await world.row(caseId)).proposals).toHaveLength(1);
  });

  it('is not spent by what was never recorded: no sight, no right, a form with faults', async () => {
    const caseId = await world.draft();
    const key = drawKey();
    expect(await world.give(caseId, 'RAISE', { by: 1 }, { key })).toEqual({ kind: 'not-found' });
    await world.publish(caseId);
    expect(await world.give(caseId, 'NOTE', { text: 'x' }, { key, actor: CHAIR })).toMatchObject({ kind: 'forbidden' });
    const formErrors = [{ field: 'by', message: 'must be a number' }];
    expect(
      await world.engine.execute({
        caseId,
        name: 'RAISE',
        form: {},
        actor: bidderOf('x'),
        receivedAt: NOON,
        key,
        formErrors,
      }),
    ).toMatchObject({ kind: 'malformed' });
    expect(await world.give(caseId, 'RAISE', { by: 1 }, { key })).toMatchObject({ kind: 'accepted', repeated: false });
  });

  it('tells nothing to a caller who has lost sight of the case', async () => {
    const caseId = await world.gathering();
    const key = drawKey();
    const actor = bidderOf('acme');
    mustBe('accepted', await world.give(caseId, 'RAISE', { by: 1 }, { key, actor }));
    mustBe('accepted', await world.give(caseId, 'DROP'));
    expect(await world.give(caseId, 'RAISE', { by: 1 }, { key, actor })).toEqual({ kind: 'not-found' });
    expect(await world.give(caseId, 'RAISE', { by: 9 }, { key, actor })).toEqual({ kind: 'not-found' });
  });

  it('does not name a case to who opened it once he may not see it any more', async () => {
    const person = { personId: 'moved-to-another-State' };
    const open = (jurisdiction: string, key: string): Promise<Outcome> =>
      world.engine.open({
        caseType: 'docket',
        form: { subject: 'secret', closesAt: new Date(NOON + HOUR).toISOString() },
        actor: makeActor('state-officer', { ...person, jurisdiction }),
        receivedAt: NOON,
        key,
      });
    const key = drawKey();
    const opened = mustBe('accepted', await open('OD', key));
    expect(await open('OD', key)).toEqual({ ...answerOf(opened), repeated: true });
    expect(await open('JH', key)).toEqual({ kind: 'not-found' });
  });

  it('knows a sealed body again although no two envelopes are alike, and tells another price apart', async () => {
    const caseId = await world.gathering();
    const key = drawKey();
    const first = mustBe('accepted', await world.claim(caseId, 'acme', '100.00', key));
    expect(await world.claim(caseId, 'acme', '100.00', key)).toEqual({ ...answerOf(first), repeated: true });
    expect(await world.claim(caseId, 'acme', '100.01', key)).toEqual({ kind: 'key-reused' });
    expect(await countOf('from docket_claim where case_id = $1', caseId)).toBe(1);
  });

  it('and its body cannot be told from what is stored without the server’s secret', async () => {
    const key = drawKey();
    const engine = world.another();
    expect(engine.keys.macOf(key, 'x', { price: '1.00' })).toBe(world.engine.keys.macOf(key, 'x', { price: '1.00' }));
    expect(engine.keys.macOf(drawKey(), 'x', { price: '1.00' })).not.toBe(
      engine.keys.macOf(key, 'x', { price: '1.00' }),
    );
    const stranger = world.another({ commandKeySecret: Buffer.alloc(32, 7) });
    expect(stranger.keys.macOf(key, 'x', { price: '1.00' })).not.toBe(engine.keys.macOf(key, 'x', { price: '1.00' }));
  });
});
