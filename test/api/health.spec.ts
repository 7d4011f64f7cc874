import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { expectStatus } from '../support/client.js';
import { ReadinessProbe, type Readiness } from '../../apps/api/src/health/readiness.js';
import type { ApiParts } from '../../apps/api/src/parts.js';

describe('health', () => {
  let world: ApiWorld;

  beforeAll(async () => {
    world = await openApiWorld();
  });
  afterAll(() => world.close());

  /** A probe that has seen nothing yet, on parts of which some are broken. */
  const probe = async (broken: Partial<ApiParts>) => {
    const { status, checks } = await new ReadinessProbe({ ...world.runtime.parts, ...broken }).read();
    return { status, failing: checks.filter(({ ok }) => !ok).map(({ name }) => name) };
  };

  it('says ready with the figure of every check', async () => {
    const { body } = await world.anybody.get('/readyz').then(expectStatus(200));
    const { status, checks } = body as Readiness;
    expect(status).toBe('ready');
    expect(checks.map(({ name }) => name)).toEqual([
      'database',
      'migrations',
      'worker-lag',
      'clock-offset',
      'event-loop-delay',
    ]);
  });

  it('says not ready when a clock, the event loop or the database is out of bounds', async () => {
    const { clock } = world.runtime.parts;
    const fast = { now: () => clock.now(), offsetMs: () => -6_000, uncertaintyMs: () => 1 };
    expect(await probe({ clock: fast })).toEqual({ status: 'not-ready', failing: ['clock-offset'] });
    const unknown = { ...fast, offsetMs: () => Number.POSITIVE_INFINITY };
    expect(await probe({ clock: unknown })).toEqual({ status: 'not-ready', failing: ['clock-offset'] });
    const held = { read: () => ({ p99Ms: 5, maxMs: 31_000 }) };
    expect(await probe({ loopDelay: held })).toEqual({ status: 'not-ready', failing: ['event-loop-delay'] });
    const ended = { query: async () => Promise.reject(new Error('gone')) } as unknown as ApiParts['pool'];
    expect(await probe({ pool: ended })).toEqual({ status: 'not-ready', failing: ['database'] });
  });

  it('says not ready while a deadline or a message waits for a worker', async () => {
    const { pool } = world.database;
    await pool.query(`insert into case_due values ('STALL-00000-00000', 'x', now() - interval '1 minute')`);
    expect(await probe({})).toEqual({ status: 'not-ready', failing: ['worker-lag'] });
    await pool.query('delete from case_due');
    expect((await probe({})).status).toBe('ready');
  });

  it('answers 503 over HTTP, and is alive all the same', async () => {
    const { pool } = world.database;
    await pool.query(`insert into case_due values ('STALL-00000-00000', 'x', now() - interval '1 minute')`);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const { body } = await world.anybody.get('/readyz').then(expectStatus(503));
    expect(body.status).toBe('not-ready');
    await world.anybody.get('/livez').then(expectStatus(200));
    await pool.query('delete from case_due');
  });
});
