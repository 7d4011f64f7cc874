import type { CaseEngine } from '#engine';
import { findChainFaults } from '../engine/support/chain.js';
import { runChild } from './support/children.js';
import type { Order } from './support/orders.js';
import { drawKeys, seqOf, TallyWorld } from './support/tally-world.js';

const COMMANDS = 60;

describe('a process that is killed', () => {
  let world: TallyWorld;
  let survivor: CaseEngine;

  beforeAll(async () => {
    world = await TallyWorld.start();
    survivor = world.engine();
  });
  afterAll(() => world.stop());

  it.each(['before', 'during', 'after'] as const)(
    '%s a COMMIT has lost nothing that it acknowledged, and nothing is applied twice when all is sent again',
    async (moment) => {
      const caseId = await world.open(survivor);
      const keys = drawKeys(COMMANDS);
      const order: Order = {
        appUrl: world.appUrl,
        keySecret: world.keySecret.toString('hex'),
        caseId,
        keys,
        inFlight: 7,
        death: { moment, commit: 4 },
      };
      const { acknowledged, done, signal } = await runChild(order);
      expect({ done, signal }).toEqual({ done: false, signal: 'SIGKILL' });
      expect(acknowledged.size).toBeGreaterThan(0);
      expect(acknowledged.size).toBeLessThan(COMMANDS);

      const before = await world.standing(caseId);
      expect(before.count).toBeGreaterThanOrEqual(acknowledged.size);
      expect(await findChainFaults(world.pool, caseId)).toEqual([]);
      if (moment === 'before') expect(before.count).toBe(acknowledged.size);
      if (moment === 'after') expect(before.count).toBeGreaterThan(acknowledged.size);

      const answers = await Promise.all(keys.map((key) => world.add(survivor, caseId, key)));
      for (const [index, key] of keys.entries()) {
        const known = acknowledged.get(key);
        const answer = answers[index];
        if (known !== undefined) expect(answer).toMatchObject({ kind: 'accepted', seq: known, repeated: true });
      }
      expect(new Set(answers.map(seqOf)).size).toBe(COMMANDS);
      expect(await world.standing(caseId)).toEqual({ count: COMMANDS, seq: COMMANDS + 1 });
      expect(await findChainFaults(world.pool, caseId)).toEqual([]);
    },
  );
});
