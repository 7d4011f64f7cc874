import type { Actor } from '#case-kit';
import { etagOf, type Authority, type Command, type Outcome } from '#engine';
import { drawKey, makeActor } from '#testing';
import { readRecord } from './support/chain.js';
import { AUDITOR, bidderOf, CHAIR, DocketWorld, HOUR, mustBe, NOON, OFFICER, SECOND } from './support/docket-world.js';

describe('who may give a command', () => {
  let world: DocketWorld;
  beforeAll(async () => {
    world = await DocketWorld.start({ graceMs: 0 });
  });
  afterAll(() => world.stop());
  beforeEach(() => world.clock.set(NOON));

  const give = (more: Partial<Command> & Pick<Command, 'caseId' | 'name'>): Promise<Outcome> =>
    world.engine.execute({ form: {}, actor: OFFICER, receivedAt: world.clock.now(), key: drawKey(), ...more });
  const formErrors = [{ field: 'subject', message: 'must be text' }];
  const stay = { kind: 'court-stay', orderReference: 'W.P. 1' };

  it('is asked in one order: sight, right, form, precondition, state, rules', async () => {
    const caseId = await world.draft({ subject: '' });
    const amend = { caseId, name: 'AMEND', form: { subject: 'x' } };
    mustBe('accepted', await world.give(caseId, 'engine.place-hold', stay));
    // Everything is wrong at first; each time the first fault is mended.
    expect(await give({ ...amend, actor: bidderOf('acme'), formErrors })).toEqual({ kind: 'not-found' });
    expect(await give({ ...amend, actor: SECOND, formErrors })).toMatchObject({
      kind: 'forbidden',
      roles: ['central-officer', 'state-officer'],
    });
    expect(await give({ ...amend, formErrors })).toEqual({ kind: 'malformed', errors: formErrors });
    expect(await give(amend)).toEqual({ kind: 'precondition', required: true });
    expect(await give({ ...amend, ifMatch: '"an older one"' })).toEqual({ kind: 'precondition', required: false });
    const seen = await world.reader.find(caseId, OFFICER);
    const ifMatch = seen === null ? '' : etagOf(await world.reader.view(seen, OFFICER));
    expect(await give({ ...amend, ifMatch })).toMatchObject({ kind: 'refused', status: 409 });
    const { holds } = await world.row(caseId);
    mustBe('accepted', await world.give(caseId, 'engine.release-hold', { holdId: holds[0]?.id }));
    expect(await give({ caseId, name: 'NOTE', form: { text: 'x' } })).toMatchObject({ kind: 'refused', status: 409 });
    expect(await give({ caseId, name: 'PUBLISH' })).toMatchObject({ kind: 'refused', status: 422 });
  });

  it('leaves no trace in the record when it is not seen, not right, not well-formed or stale', async () => {
    const caseId = await world.draft();
    await give({ caseId, name: 'AMEND', actor: bidderOf('acme') });
    await give({ caseId, name: 'AMEND', actor: CHAIR });
    await give({ caseId, name: 'AMEND', actor: SECOND });
    await give({ caseId, name: 'AMEND', formErrors });
    await give({ caseId, name: 'AMEND' });
    await give({ caseId, name: 'VANISH' });
    expect(await readRecord(world.pool, caseId)).toHaveLength(1);
  });

  it('is nobody for a case or a command that does not exist, and only the system for its own', async () => {
    const caseId = await world.gathering();
    expect(await give({ caseId: 'DOCK-00000-00000', name: 'NOTE' })).toEqual({ kind: 'not-found' });
    expect(await give({ caseId, name: 'toString' })).toEqual({ kind: 'not-found' });
    expect(await give({ caseId, name: '__proto__' })).toEqual({ kind: 'not-found' });
    expect(await give({ caseId, name: 'engine.adopt-law' })).toEqual({ kind: 'not-found' });
    expect(await give({ caseId, name: 'engine.expire-proposal' })).toEqual({ kind: 'not-found' });
    expect(await give({ caseId, name: 'engine.end-hold' })).toEqual({ kind: 'not-found' });
    expect(await give({ caseId, name: 'LAPSE' })).toMatchObject({ kind: 'forbidden' });
    expect(await give({ caseId, name: 'HEAR', actor: AUDITOR })).toMatchObject({ kind: 'forbidden' });
  });

  it('is bound to his territory, though he sees the case', async () => {
    const caseId = await world.gathering({ actor: makeActor('state-officer', { jurisdiction: 'OD' }) });
    const note = (jurisdiction: string): Promise<Outcome> =>
      give({ caseId, name: 'NOTE', form: { text: 'x' }, actor: makeActor('state-officer', { jurisdiction }) });
    expect(await note('JH')).toMatchObject({ kind: 'forbidden', reason: expect.stringContaining('JH') });
    expect(await note('OD')).toMatchObject({ kind: 'accepted' });
    expect(await note('CENTRE')).toMatchObject({ kind: 'accepted' });
  });

  it('is asked again inside the transaction once anybody’s rights have changed', async () => {
    const revoked = new Set(['revoked-session']);
    let asked = 0;
    const authority: Authority = {
      currentEpoch: () => Promise.resolve(8),
      assertEpoch: () => Promise.resolve(),
      recheck: (_sql, actors) => {
        asked += actors.length;
        return Promise.resolve(actors.map(({ sessionId }) => !revoked.has(sessionId ?? '')));
      },
    };
    const engine = world.another({ authority });
    const caseId = await world.gathering();
    const key = drawKey();
    const raise = (more: Partial<Actor>): Promise<Outcome> =>
      world.give(caseId, 'RAISE', { by: 1 }, { key, engine, actor: { ...bidderOf('acme'), ...more } });
    expect(await raise({ sessionId: 'revoked-session', epoch: 7 })).toEqual({ kind: 'unauthorised' });
    expect(await raise({ sessionId: 'standing-session', epoch: 7 })).toMatchObject({
      kind: 'accepted',
      repeated: false,
    });
    expect(asked).toBe(2);
    expect(await raise({ sessionId: 'revoked-session', epoch: 7 })).toEqual({ kind: 'unauthorised' });
    expect(await raise({ sessionId: 'standing-session', epoch: 8 })).toMatchObject({
      kind: 'accepted',
      repeated: true,
    });
    expect(asked).toBe(3);
    await engine.close();
  });

  it('is not held back by his refusals, which beyond ten leave one entry a minute', async () => {
    const caseId = await world.gathering();
    const actor = bidderOf('impatient');
    const raise = (by: number): Promise<Outcome> => world.give(caseId, 'RAISE', { by }, { actor });
    const answers: string[] = [];
    for (let count = 0; count < 14; count += 1) answers.push((await raise(0)).kind);
    expect(answers).toEqual([...Array<string>(10).fill('refused'), ...Array<string>(4).fill('throttled')]);
    mustBe('accepted', await raise(1));
    mustBe('refused', await world.give(caseId, 'RAISE', { by: 0 }, { actor: bidderOf('patient') }));
    world.clock.advance(1_000);
    expect((await raise(0)).kind).toBe('refused');
    const kinds = (await readRecord(world.pool, caseId)).slice(3).map(({ kind }) => kind);
    expect(kinds).toEqual([...Array<string>(10).fill('refused'), 'throttled', 'accepted', 'refused', 'refused']);
  });

  it('is told of a deadline as of everything else: by what his audience may see', async () => {
    const caseId = await world.draft();
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    const clocksOf = async (actor: Actor): Promise<string[] | null> => {
      const seen = await world.reader.find(caseId, actor);
      return seen === null ? null : world.reader.dueDates(seen, actor).map(({ clock }) => clock.replace(/:.*/, ''));
    };
    expect(await clocksOf(SECOND)).toEqual(['proposal']);
    expect(await clocksOf(bidderOf('acme'))).toBeNull();
    mustBe('accepted', await world.confirm(caseId));
    world.clock.set(NOON + HOUR + 1);
    mustBe('accepted', await world.engine.applyDue(caseId));
    mustBe('proposed', await world.give(caseId, 'WEIGH'));
    expect(await clocksOf(CHAIR)).toEqual(['remind', 'proposal']);
    expect(await clocksOf(bidderOf('acme'))).toEqual(['remind']);
  });
});
