import { etagOf, type Outcome } from '#engine';
import { makeActor } from '#testing';
import { readRecord } from './support/chain.js';
import { bidderOf, CHAIR, DocketWorld, HOUR, MEMBER, mustBe, NOON, OFFICER, SECOND } from './support/docket-world.js';

const CONFIRM = 'engine.confirm-proposal';
const REFUSE = 'engine.refuse-proposal';
const WITHDRAW = 'engine.withdraw-proposal';

describe('acts that take two persons', () => {
  let world: DocketWorld;

  beforeAll(async () => {
    world = await DocketWorld.start({ graceMs: 0 });
  });
  afterAll(() => world.stop());
  beforeEach(() => world.clock.set(NOON));

  const rulesOf = (outcome: Outcome): string[] =>
    outcome.kind === 'refused' ? outcome.refusals.map(({ rule }) => rule) : [outcome.kind];

  async function amend(caseId: string, subject: string): Promise<Outcome> {
    const seen = await world.reader.find(caseId, OFFICER);
    if (seen === null) throw new Error('the officer sees nothing');
    const ifMatch = etagOf(await world.reader.view(seen, OFFICER));
    return await world.give(caseId, 'AMEND', { subject }, { ifMatch });
  }

  it('change nothing when they are proposed, and name both persons when they are confirmed', async () => {
    const caseId = await world.draft();
    const proposed = mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    expect(await world.row(caseId)).toMatchObject({ state: 'draft', sealKey: null, anchors: {}, seq: 2 });
    mustBe('accepted', await world.confirm(caseId));
    expect(await world.row(caseId)).toMatchObject({
      state: 'gathering',
      anchors: { notice: '2026-03-02' },
      proposals: [],
    });
    expect((await world.row(caseId)).sealKey).not.toBeNull();
    const record = await readRecord(world.pool, caseId);
    expect(record[1]).toMatchObject({ kind: 'proposed', command: 'PUBLISH', text: { from: 'draft', to: 'draft' } });
    expect(record[2]).toMatchObject({
      kind: 'accepted',
      command: 'PUBLISH',
      text: { actor: SECOND.personId, confirms: { proposer: OFFICER.personId, seq: proposed.seq } },
    });
  });

  it('are not confirmed by their proposer, whatever roles he holds', async () => {
    const caseId = await world.draft();
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    const himself = makeActor('approving-officer', { personId: OFFICER.personId });
    expect(rulesOf(await world.confirm(caseId, himself))).toEqual(['second-person-differs']);
    expect((await world.row(caseId)).state).toBe('draft');
    mustBe('accepted', await world.confirm(caseId));
  });

  it('are confirmed only in the role that the act names, though another act may name the caller’s', async () => {
    const caseId = await world.gathering();
    world.clock.set(NOON + 2 * HOUR);
    mustBe('proposed', await world.give(caseId, 'WEIGH'));
    const outcome = await world.confirm(caseId, SECOND);
    expect(outcome).toMatchObject({
      status: 422,
      refusals: [{ rule: 'second-person-role', required: ['evaluation-member'] }],
    });
    expect(await world.confirm(caseId, CHAIR)).toMatchObject({ kind: 'forbidden' });
    expect(await world.confirm(caseId, bidderOf('acme'))).toMatchObject({ kind: 'forbidden' });
  });

  it('are not proposed twice at a time', async () => {
    const caseId = await world.draft();
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    const { id } = await world.proposalOf(caseId);
    expect(await world.give(caseId, 'PUBLISH')).toMatchObject({
      status: 409,
      refusals: [{ rule: 'one-open-proposal', found: id, cure: { who: 'an approving officer' } }],
    });
  });

  it('pass their rules again when they are confirmed', async () => {
    const caseId = await world.draft();
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    mustBe('accepted', await amend(caseId, ''));
    world.clock.set(NOON + 2 * HOUR);
    expect(rulesOf(await world.confirm(caseId))).toEqual(['subject-is-named', 'closes-ahead']);
    expect((await world.row(caseId)).proposals).toHaveLength(1);
  });

  it('are confirmed in the state in which the case is then, or not at all', async () => {
    const caseId = await world.draft();
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    mustBe('accepted', await world.give(caseId, 'DROP'));
    expect(await world.confirm(caseId)).toMatchObject({ status: 409, refusals: [{ rule: 'state-allows' }] });
  });

  it('have one effect when two persons confirm at the same moment', async () => {
    const caseId = await world.draft();
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    const { id: proposalId } = await world.proposalOf(caseId);
    const persons = ['one', 'two', 'three'].map((personId) => makeActor('approving-officer', { personId }));
    const answers = await Promise.all(persons.map((actor) => world.give(caseId, CONFIRM, { proposalId }, { actor })));
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['accepted', 'refused', 'refused']);
    expect(answers.flatMap(rulesOf).filter((rule) => rule === 'proposal-is-open')).toHaveLength(2);
  });

  it('are withdrawn by their proposer alone', async () => {
    const caseId = await world.draft();
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    const { id: proposalId } = await world.proposalOf(caseId);
    const colleague = makeActor('central-officer', { personId: 'a-colleague' });
    expect(rulesOf(await world.give(caseId, WITHDRAW, { proposalId }, { actor: colleague }))).toEqual([
      'proposer-withdraws',
    ]);
    mustBe('accepted', await world.give(caseId, WITHDRAW, { proposalId }));
    expect(rulesOf(await world.give(caseId, CONFIRM, { proposalId }, { actor: SECOND }))).toEqual(['proposal-is-open']);
    expect((await readRecord(world.pool, caseId)).map(({ command, kind }) => `${command} ${kind}`)).toEqual([
      'OPEN accepted',
      'PUBLISH proposed',
      `${WITHDRAW} refused`,
      `${WITHDRAW} accepted`,
      `${CONFIRM} refused`,
    ]);
  });

  it('are refused with a reason that stays in the record', async () => {
    const caseId = await world.draft();
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    const { id: proposalId } = await world.proposalOf(caseId);
    const reason = 'The map is missing.';
    mustBe('accepted', await world.give(caseId, REFUSE, { proposalId, reason }, { actor: SECOND }));
    expect((await world.row(caseId)).proposals).toEqual([]);
    expect((await readRecord(world.pool, caseId)).at(-1)?.payload.form).toEqual({ proposalId, reason });
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
  });

  it('lapse by themselves after their hours, on the record, and may then be proposed anew', async () => {
    const caseId = await world.draft({ closesAt: NOON + 100 * HOUR });
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    const { id: proposalId, expiresAt } = await world.proposalOf(caseId);
    expect(expiresAt).toBe(NOON + 24 * HOUR);
    world.clock.set(expiresAt + 1);
    expect(rulesOf(await world.give(caseId, CONFIRM, { proposalId }, { actor: SECOND }))).toEqual(['proposal-is-open']);
    const lapse = (await readRecord(world.pool, caseId)).at(-2);
    expect(lapse).toMatchObject({
      kind: 'timer',
      command: 'engine.expire-proposal',
      text: { received: new Date(expiresAt).toISOString(), actor: 'system' },
    });
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
  });

  it('are confirmed in time at the very instant of their expiry', async () => {
    const caseId = await world.draft({ closesAt: NOON + 100 * HOUR });
    mustBe('proposed', await world.give(caseId, 'PUBLISH'));
    world.clock.set(NOON + 24 * HOUR);
    mustBe('accepted', await world.confirm(caseId));
  });

  it('open envelopes only when they are confirmed, the standing ones, before two persons', async () => {
    const caseId = await world.gathering();
    mustBe('accepted', await world.claim(caseId, 'acme', '100.00'));
    mustBe('accepted', await world.claim(caseId, 'zenith', '250.00'));
    mustBe('accepted', await world.claim(caseId, 'acme', '300.00'));
    world.clock.set(NOON + 2 * HOUR);
    mustBe('proposed', await world.give(caseId, 'WEIGH'));
    expect(world.keyHolder.opened.filter((entry) => entry.caseId === caseId)).toEqual([]);
    mustBe('accepted', await world.confirm(caseId, MEMBER));
    const [opening, ...others] = world.keyHolder.opened.filter((entry) => entry.caseId === caseId);
    expect(others).toEqual([]);
    expect(opening?.persons.toSorted()).toEqual([CHAIR.personId, MEMBER.personId].sort());
    expect(opening?.ids.map((id) => id.split(':')[0]).toSorted()).toEqual(['acme', 'zenith']);
    expect((await world.row(caseId)).context).toMatchObject({ weight: '300.00' });
    const payload = (await readRecord(world.pool, caseId)).at(-1)?.payload;
    expect(Object.values(payload?.['opened'] as Record<string, string>).sort()).toEqual(['250.00', '300.00']);
    const everything = await world.pool.query('select payload from transition where case_id = $1', [caseId]);
    expect(everything.rows.map(({ payload: text }) => text as string).join()).not.toContain('100.00');
  });

  it('leave everything as it was when an envelope does not open', async () => {
    const caseId = await world.gathering();
    mustBe('accepted', await world.claim(caseId, 'acme', '100.00'));
    const forged = { sealed: 'x25519-hkdf-sha256-aes256gcm', keyId: 'k', ephemeral: 'e', nonce: 'n', ciphertext: 'c' };
    mustBe('accepted', await world.give(caseId, 'CLAIM', { price: forged }, { actor: bidderOf('forger') }));
    world.clock.set(NOON + 2 * HOUR);
    mustBe('proposed', await world.give(caseId, 'WEIGH'));
    const before = await world.row(caseId);
    await expect(world.confirm(caseId, MEMBER)).rejects.toThrow('does not open');
    expect(await world.row(caseId)).toEqual(before);
  });
});
