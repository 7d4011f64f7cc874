import type { CaseEngine } from '#engine';
import { findChainFaults } from '../engine/support/chain.js';
import { runChild } from './support/children.js';
import { drawKeys, seqOf, TallyWorld } from './support/tally-world.js';

describe('many at once', () => {
  let world: TallyWorld;
  let engines: readonly [CaseEngine, CaseEngine];

  beforeAll(async () => {
    world = await TallyWorld.start();
    engines = [world.engine(), world.engine()];
  });
  afterAll(() => world.stop());

  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 2);

  it('two engines give 2,000 hot commands on one case one order without a gap, and lose none', async () => {
    const [one, two] = engines;
    const caseId = await world.open(one);
    const answers = await Promise.all(
      Array.from({ length: 2_000 }, (_, index) => world.add(index % 2 === 0 ? one : two, caseId)),
    );
    expect(answers.map(seqOf).sort((a, b) => a - b)).toEqual(upTo(2_000));
    expect(await world.standing(caseId)).toEqual({ count: 2_000, seq: 2_001 });
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
  });

  it('two engines mix hot and cold commands on one case without losing an update', async () => {
    const [one, two] = engines;
    const caseId = await world.open(one);
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const engine = index % 2 === 0 ? one : two;
        return index % 10 === 9 ? await world.give(engine, caseId, 'PAD', index) : await world.add(engine, caseId);
      }),
    );
    expect(answers.map(seqOf).sort((a, b) => a - b)).toEqual(upTo(200));
    expect(await world.standing(caseId)).toEqual({ count: 180, seq: 201 });
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
  });

  it('two engines change many cases, each batch in another order, without waiting for each other in a ring', async () => {
    const [one, two] = engines;
    const cases = await Promise.all(Array.from({ length: 40 }, () => world.open(one)));
    const answers = await Promise.all(
      [...cases, ...cases.toReversed()].flatMap((caseId) => [
        world.give(one, caseId, 'SET', 1),
        world.give(two, caseId, 'SET', 2),
      ]),
    );
    expect(answers.every(({ kind }) => kind === 'accepted')).toBe(true);
    for (const caseId of cases) {
      expect(await world.standing(caseId)).toMatchObject({ seq: 5 });
      expect(await findChainFaults(world.pool, caseId)).toEqual([]);
    }
  });

  it('two processes give one case one order without a gap, and lose nothing that they acknowledged', async () => {
    const caseId = await world.open(engines[0]);
    const orders = [drawKeys(1_000), drawKeys(1_000)].map((keys) => ({
      appUrl: world.appUrl,
      keySecret: world.keySecret.toString('hex'),
      caseId,
      keys,
      inFlight: 48,
    }));
    const results = await Promise.all(orders.map(runChild));
    expect(results.map(({ done, signal }) => ({ done, signal }))).toEqual([
      { done: true, signal: null },
      { done: true, signal: null },
    ]);
    const seqs = results.flatMap(({ acknowledged }) => [...acknowledged.values()]);
    expect(seqs.sort((a, b) => a - b)).toEqual(upTo(2_000));
    expect(await world.standing(caseId)).toEqual({ count: 2_000, seq: 2_001 });
    expect(await findChainFaults(world.pool, caseId)).toEqual([]);
  });
});
