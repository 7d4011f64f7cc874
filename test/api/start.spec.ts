import { execFile } from 'node:child_process';
import { DEMO_PASSWORD } from '#identity';
import { seedDemoCase } from '../../apps/api/src/runtime/demo-case.js';
import { greet, listTrials } from '../../apps/api/src/runtime/greeting.js';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { expectStatus, itemsOf } from '../support/client.js';

/** As a shell does it, with everything that the line brings. */
const run = async (line: string): Promise<string> =>
  await new Promise((resolve, reject) => {
    execFile('sh', ['-c', line], { timeout: 10_000 }, (error, stdout) => {
      if (error !== null) reject(new Error(`${line}: ${error.message}`));
      else resolve(stdout);
    });
  });

const hasCurl = async (): Promise<boolean> =>
  await run('command -v curl').then(
    () => true,
    () => false,
  );

describe('a first start', () => {
  let world: ApiWorld;

  beforeAll(async () => {
    world = await openApiWorld({ ADIT_WORKER: 'true' });
  });
  afterAll(() => world.close());

  it('makes one case to try things on, however often it starts', async () => {
    const first = await seedDemoCase(world.runtime.parts);
    const second = await seedDemoCase(world.runtime.parts);
    expect(second).toEqual(first);
    const listed = await world.anybody.get('/v1/cases').then(expectStatus(200));
    expect(itemsOf(listed)).toEqual([
      expect.objectContaining({ id: first?.id, rehearsal: true, status: 'Open for applications' }),
    ]);
  });

  it('is told in words where it is, who can log in and what stands in the way of live cases', async () => {
    const demoCase = await seedDemoCase(world.runtime.parts);
    const text = greet({
      url: world.baseUrl,
      database: 'here',
      liveObstacles: world.runtime.liveObstacles,
      accounts: [{ email: 'bidder1@adit.example', role: 'bidder', organisation: 'Konark Demo Minerals Limited' }],
      demoCase,
    });
    expect(text).toContain(`Adit is ready: ${world.baseUrl}`);
    expect(text).toContain(`${world.baseUrl}/docs`);
    expect(text).toContain(DEMO_PASSWORD);
    expect(text).toContain('bidder1@adit.example');
    expect(text).toContain('carries rehearsals only');
    for (const trial of listTrials(world.baseUrl, demoCase)) expect(text).toContain(trial);
  });

  it('offers three commands that work as they are pasted', async () => {
    const trials = listTrials(world.baseUrl, await seedDemoCase(world.runtime.parts));
    expect(trials).toHaveLength(3);
    // Without curl there is nothing to paste them into.
    if (!(await hasCurl())) return;
    const [list, calculator, apply] = await Promise.all(trials.map(run));
    expect(JSON.parse(list ?? '')).toHaveProperty('items.0.type', 'fair-stall');
    expect(JSON.parse(calculator ?? '')).toHaveProperty('result.dueOn', '2026-01-29');
    expect(JSON.parse(apply ?? '')).toMatchObject({ outcome: 'accepted', case: { view: { own: expect.anything() } } });
  });
});
