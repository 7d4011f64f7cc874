import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { drawKey } from '../support/client.js';
import { Stall } from '../support/stall-story.js';

describe('a process under pressure', () => {
  let world: ApiWorld;

  afterEach(() => world.close());

  it('answers what it has begun when it is stopped, and has on record whatever it has answered', async () => {
    world = await openApiWorld();
    const stall = await Stall.publish(world);
    const token = (await world.as('bidder1')).token;
    const send = async (): Promise<{ status: number; transition?: string }> => {
      try {
        const answer = await fetch(`${world.baseUrl}${stall.path}/apply`, {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${token}`,
            'Content-Type': 'application/json',
            'Idempotency-Key': drawKey(),
            Prefer: 'return=minimal',
          },
          body: JSON.stringify({ offer: '1250.00' }),
        });
        return { status: answer.status, ...((await answer.json()) as object) };
      } catch {
        return { status: 0 };
      }
    };
    const sent: Promise<{ status: number; transition?: string }>[] = [];
    for (let count = 0; count < 40; count += 1) sent.push(send());
    await sent[0];
    const stopping = world.stop();
    for (let count = 0; count < 20; count += 1) sent.push(send());
    const answers = await Promise.all(sent);
    await stopping;
    expect(answers.filter(({ status }) => ![200, 503, 429, 0].includes(status))).toEqual([]);
    const done = answers.flatMap(({ status, transition }) => (status === 200 ? [transition] : []));
    expect(done.length).toBeGreaterThan(0);
    const { rows } = await world.database.pool.query(
      `select left(hash, 32) as id from transition where case_id = $1 and command = 'APPLY'`,
      [stall.id],
    );
    expect(rows.map(({ id }: { id: string }) => id).sort()).toEqual(expect.arrayContaining(done.sort()));
  });

  it('refuses with 503 what it cannot queue, and takes it with the same key later', async () => {
    world = await openApiWorld({ ADIT_QUEUE_LIMIT: '2' });
    const stall = await Stall.publish(world);
    const keys = Array.from({ length: 30 }, drawKey);
    const give = async (key: string) =>
      await stall.give('bidder1', 'apply', { offer: '1250.00' }, { 'Idempotency-Key': key });
    const answers = await Promise.all(keys.map(give));
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    expect(answers.length - busy.length).toBe(answers.filter(({ status }) => status === 200).length);
    expect(busy[0]?.body.type).toBe('/problems/unavailable');
    expect(busy[0]?.headers['retry-after']).toBe('1');
    for (const key of keys) expect((await give(key)).status).toBe(200);
    const { rows } = await world.database.pool.query(
      `select count(*)::int as count from transition where case_id = $1 and command = 'APPLY'`,
      [stall.id],
    );
    expect(rows[0].count).toBe(keys.length);
  });

  it('goes on when the database has cut its connections off', async () => {
    world = await openApiWorld();
    const stall = await Stall.publish(world);
    await world.as('bidder1');
    await world.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'adit-api' and datname = current_database()`,
    );
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => stall.give('bidder1', 'apply', { offer: '1250.00' })),
    );
    for (const { status } of answers) expect([200, 503]).toContain(status);
    expect((await stall.give('bidder1', 'apply', { offer: '1250.00' })).status).toBe(200);
  });
});
