import type { Actor } from '#case-kit';
import type { Authority, CaseEngine, Outcome } from '#engine';
import { drawKey, makeActor, openTestDatabase, tally, type TestDatabase } from '#testing';
import { findChainFaults } from '../engine/support/chain.js';
import { runAs } from '../engine/support/docket-world.js';
import { drawKeys, seqOf, TallyWorld } from './support/tally-world.js';

const WAITING = 60;

/** Epochs and revocations as the tables of identity would tell them, and how often a batch followed another. */
class CountingAuthority implements Authority {
  epoch = 1;
  followed = 0;
  readonly revoked = new Set<string>();

  currentEpoch = (): Promise<number> => Promise.resolve(this.epoch);

  assertEpoch: Authority['assertEpoch'] = async (sql, epoch) => {
    this.followed += 1;
    await sql.query('select 1 / ($1::bigint = $2::bigint)::int as as_expected', [this.epoch, epoch]);
  };

  recheck: Authority['recheck'] = (_sql, actors) =>
    Promise.resolve(actors.map(({ sessionId }) => !this.revoked.has(sessionId ?? '')));
}

describe('a batch that is decided while the one before it is committed', () => {
  let database: TestDatabase;
  let world: TallyWorld;
  let authority: CountingAuthority;
  let engine: CaseEngine;

  beforeAll(async () => {
    database = await openTestDatabase();
    world = TallyWorld.on(database.appUrl, database.pool);
  });
  afterAll(async () => {
    await world.stop();
    await database.close();
  });
  beforeEach(() => {
    authority = new CountingAuthority();
    engine = world.engine({ authority });
  });

  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 2);
  const addAll = (caseId: string, keys: readonly string[]): Promise<Outcome[]> =>
    Promise.all(keys.map((key) => world.add(engine, caseId, key)));
  const addAs = (caseId: string, actor: Actor): Promise<Outcome> =>
    engine.execute({ caseId, name: 'ADD', form: { by: 1 }, actor, receivedAt: Date.now(), key: drawKey() }, tally);

  it('gives each command its answer and its place in one order', async () => {
    const caseId = await world.open(engine);
    const answers = await addAll(caseId, drawKeys(WAITING));
    expect(answers.map(seqOf)).toEqual(upTo(WAITING));
    expect(authority.followed).toBeGreaterThan(0);
    expect(await world.standing(caseId)).toEqual({ count: WAITING, seq: WAITING + 1 });
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
  });

  it('answers a key that the batch in flight has used as it was answered then', async () => {
    const caseId = await world.open(engine);
    const keys = drawKeys(WAITING);
    const [first, second] = await Promise.all([addAll(caseId, keys), addAll(caseId, keys)]);
    expect(second.map(seqOf)).toEqual(first.map(seqOf));
    expect(await world.standing(caseId)).toEqual({ count: WAITING, seq: WAITING + 1 });
  });

  it('is decided anew when another process has moved the case in between', async () => {
    const caseId = await world.open(engine);
    const other = world.engine();
    const answers = await Promise.all([
      addAll(caseId, drawKeys(WAITING)),
      Promise.all(drawKeys(WAITING).map((key) => world.add(other, caseId, key))),
    ]);
    expect(
      answers
        .flat()
        .map(seqOf)
        .sort((a, b) => a - b),
    ).toEqual(upTo(2 * WAITING));
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
  });

  it('writes nothing for whoever lost his right to act in between', async () => {
    const caseId = await world.open(engine);
    const standing = makeActor('bidder', { sessionId: 'standing', epoch: 1 });
    const leaving = makeActor('bidder', { sessionId: 'leaving', epoch: 1 });
    const answers = Array.from({ length: WAITING }, (_, index) => addAs(caseId, index % 2 === 0 ? standing : leaving));
    const [first] = answers;
    // The first half is on its way by then, and the second is decided.
    while (authority.followed === 0) await new Promise((resolve) => setImmediate(resolve));
    await first;
    const before = (await world.standing(caseId)).seq;
    authority.revoked.add('leaving');
    authority.epoch = 2;
    const more = Array.from({ length: WAITING }, (_, index) => addAs(caseId, index % 2 === 0 ? standing : leaving));
    const late = await Promise.all(more);
    await Promise.all(answers);
    expect(before).toBeGreaterThan(1);
    expect(late.map(({ kind }) => kind)).toEqual(
      Array.from({ length: WAITING }, (_, index) => (index % 2 === 0 ? 'accepted' : 'unauthorised')),
    );
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
  });

  it('waits again, and loses nothing, when the one before it was not committed', async () => {
    const caseId = await world.open(engine);
    await runAs(
      database.ownerUrl,
      `create sequence spoilt;
       grant usage on sequence spoilt to public;
       create function spoil() returns trigger language plpgsql as $$
       begin
         if new.case_id = '${caseId}' and new.seq = 5 and nextval('spoilt') = 1 then raise exception 'spoilt'; end if;
         return new;
       end $$;
       create trigger spoil before insert on transition for each row execute function spoil();`,
    );
    const answers = await addAll(caseId, drawKeys(WAITING));
    expect(answers.map(seqOf).sort((a, b) => a - b)).toEqual(upTo(WAITING));
    expect(await world.standing(caseId)).toEqual({ count: WAITING, seq: WAITING + 1 });
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
  });
});
