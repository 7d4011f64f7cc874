import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { OutcomeUnknown, type CaseEngine } from '#engine';
import { createCommandPool, migrate, startEmbeddedPostgres, type EmbeddedPostgres } from '#platform';
import { findChainFaults } from '../engine/support/chain.js';
import { drawKeys, seqOf, TallyWorld } from './support/tally-world.js';

/** A server of this test's own, which pays for its fsyncs: what it has acknowledged must survive it. */
describe('a database that is shut down at once, under load', () => {
  const servers: EmbeddedPostgres[] = [];
  let pool: Pool;
  let world: TallyWorld;
  let engine: CaseEngine;

  beforeAll(async () => {
    const server = await startEmbeddedPostgres({ ephemeral: true, durable: true });
    servers.push(server);
    await migrate(server.ownerUrl, { appUrl: server.appUrl });
    pool = createCommandPool(server.appUrl, { onError: () => undefined });
    world = TallyWorld.on(server.appUrl, pool);
    engine = world.engine();
  });
  afterAll(async () => {
    await world.stop();
    await pool.end();
    for (const server of servers) await server.stop();
    for (const server of servers) rmSync(server.dir, { recursive: true, force: true });
  });

  async function restart(): Promise<void> {
    const old = servers.at(-1);
    if (old === undefined) throw new Error('no server runs');
    process.kill(old.pid, 'SIGQUIT');
    while (isAlive(old.pid)) await sleep(5);
    servers.push(await startEmbeddedPostgres({ dir: old.dir, port: old.port }));
  }

  function isAlive(pid: number): boolean {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  }

  it('leaves every command acknowledged or unknown, and each applied once after it was sent again', async () => {
    const cases = await Promise.all(Array.from({ length: 6 }, () => world.open(engine)));
    const commands = cases.flatMap((caseId) => drawKeys(250).map((key) => ({ caseId, key })));
    const answers: PromiseSettledResult<number>[] = [];
    const queue = [...commands.entries()];
    let isLoaded = true;
    const load = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, { caseId, key }] = next;
        const [answer] = await Promise.allSettled([world.add(engine, caseId, key).then(seqOf)]);
        answers[index] = answer;
      }
      isLoaded = false;
    };
    const restarts = async (): Promise<number> => {
      let count = 0;
      for (; isLoaded && count < 3; count += 1) {
        await sleep(60);
        await restart();
      }
      return count;
    };
    const [count] = await Promise.all([restarts(), ...Array.from({ length: 40 }, load)]);
    expect(count).toBeGreaterThanOrEqual(2);
    const unknown = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
    for (const reason of unknown) expect(reason).toBeInstanceOf(OutcomeUnknown);

    for (const [index, { caseId, key }] of commands.entries()) {
      const seq = seqOf(await world.add(engine, caseId, key));
      const answer = answers[index];
      if (answer?.status === 'fulfilled') expect(seq).toBe(answer.value);
    }
    for (const caseId of cases) {
      expect(await world.standing(caseId)).toEqual({ count: 250, seq: 251 });
      expect(await findChainFaults(pool, caseId)).toEqual([]);
    }
  });
});
