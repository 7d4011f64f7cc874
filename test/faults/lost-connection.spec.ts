import { OutcomeUnknown, type CaseEngine } from '#engine';
import { CuttingProxy, drawKey, type Cut } from '#testing';
import { findChainFaults } from '../engine/support/chain.js';
import { drawKeys, OFFICER, seqOf, TallyWorld } from './support/tally-world.js';

const CUTS = ['before', 'sent', 'answered'] as const;

describe('a connection that is lost during the COMMIT', () => {
  let world: TallyWorld;
  let witness: CaseEngine;
  const proxies: CuttingProxy[] = [];

  beforeAll(async () => {
    world = await TallyWorld.start();
    witness = world.engine();
  });
  afterAll(async () => {
    await world.stop();
    for (const proxy of proxies) await proxy.stop();
  });

  async function engineBehindProxy(): Promise<{ engine: CaseEngine; proxy: CuttingProxy }> {
    const proxy = await CuttingProxy.start(world.appUrl);
    proxies.push(proxy);
    return { engine: world.engine({}, proxy.url), proxy };
  }

  it.each(CUTS)('(%s) leaves every command applied once, and every caller with the right answer', async (cut) => {
    const { engine, proxy } = await engineBehindProxy();
    const caseId = await world.open(engine);
    const keys = drawKeys(300);
    proxy.cutAt(cut, 3);
    const answers = await Promise.all(keys.map((key) => world.add(engine, caseId, key)));
    expect(proxy.cuts).toBe(1);
    expect(answers.map(seqOf).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index + 2));
    expect(await world.standing(caseId)).toEqual({ count: 300, seq: 301 });
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
    const again = await Promise.all(keys.map((key) => world.add(witness, caseId, key)));
    for (const [index, answer] of again.entries()) {
      expect(answer).toMatchObject({ seq: seqOf(answers[index] ?? answer), repeated: true });
    }
  });

  it.each(CUTS)('(%s) opens every case once', async (cut) => {
    const { engine, proxy } = await engineBehindProxy();
    const closesAt = Date.now() + 3_600_000 + CUTS.indexOf(cut);
    proxy.cutAt(cut, 1);
    const open = async (key: string, by = engine): Promise<string> => {
      const command = { caseType: 'tally', form: { closesAt }, actor: OFFICER, receivedAt: Date.now(), key };
      const outcome = await by.open(command);
      seqOf(outcome);
      return 'caseId' in outcome ? outcome.caseId : '';
    };
    const keys = drawKeys(5);
    const ids = await Promise.all(keys.map((key) => open(key)));
    expect(proxy.cuts).toBe(1);
    expect(new Set(ids).size).toBe(5);
    expect(await Promise.all(keys.map((key) => open(key, witness)))).toEqual(ids);
    const { rows } = await world.pool.query<{ id: string }>(
      `select id from case_file where context ->> 'closesAt' = $1`,
      [String(closesAt)],
    );
    expect(rows.map(({ id }) => id).sort()).toEqual(ids.toSorted());
  });

  it.each(CUTS)('(%s) applies every cold command of a batch of many cases once', async (cut) => {
    const { engine, proxy } = await engineBehindProxy();
    const cases = await Promise.all(Array.from({ length: 30 }, () => world.open(witness)));
    proxy.cutAt(cut, 1);
    const answers = await Promise.all(cases.map((caseId) => world.give(engine, caseId, 'PAD', 3)));
    expect(proxy.cuts).toBe(1);
    expect(answers.map(seqOf)).toEqual(cases.map(() => 2));
    for (const caseId of cases) expect(await world.standing(caseId)).toMatchObject({ seq: 2 });
  });

  it.each(CUTS)('(%s) lets a deadline fire once', async (cut) => {
    const { engine, proxy } = await engineBehindProxy();
    const opened = await engine.open({
      caseType: 'tally',
      form: { closesAt: Date.now() - 60_000 },
      actor: OFFICER,
      receivedAt: Date.now() - 120_000,
      key: drawKey(),
    });
    const caseId = 'caseId' in opened ? opened.caseId : '';
    proxy.cutAt(cut, 1);
    expect(await engine.applyDue(caseId)).toMatchObject({ kind: 'accepted' });
    expect(proxy.cuts).toBe(1);
    const { rows } = await world.pool.query('select kind, command from transition where case_id = $1 order by seq', [
      caseId,
    ]);
    expect(rows).toEqual([
      { kind: 'accepted', command: 'OPEN' },
      { kind: 'timer', command: 'CLOSE' },
    ]);
  });

  it('leaves the caller with an unknown outcome when the server stays away, and the same key tells the truth', async () => {
    const outcomeBehind = async (cut: Cut): Promise<{ caseId: string; keys: string[]; applied: number }> => {
      const { engine, proxy } = await engineBehindProxy();
      const caseId = await world.open(engine);
      const keys = drawKeys(3);
      proxy.cutAt(cut, 1, true);
      const answers = await Promise.allSettled(keys.map((key) => world.add(engine, caseId, key)));
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 'rejected', reason: expect.any(OutcomeUnknown) });
      }
      return { caseId, keys, applied: (await world.standing(caseId)).count };
    };
    const [before, answered] = await Promise.all([outcomeBehind('before'), outcomeBehind('answered')]);
    expect([before.applied, answered.applied]).toEqual([0, 3]);
    for (const { caseId, keys, applied } of [before, answered]) {
      for (const key of keys) {
        expect(await world.add(witness, caseId, key)).toMatchObject({ kind: 'accepted', repeated: applied === 3 });
      }
      expect(await world.standing(caseId)).toEqual({ count: 3, seq: 4 });
    }
  });
});
