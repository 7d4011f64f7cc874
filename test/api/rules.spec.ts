import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { errorsOf, expectStatus, itemsOf } from '../support/client.js';

describe('the public calculators', () => {
  let world: ApiWorld;

  beforeAll(async () => {
    world = await openApiWorld();
  });
  afterAll(() => world.close());

  it('are listed, and each has its request in the document', async () => {
    const listed = itemsOf<{ href: string }>(await world.anybody.get('/v1/rules').then(expectStatus(200)));
    expect(listed.length).toBeGreaterThanOrEqual(5);
    for (const { href } of listed) {
      const operation = world.document.paths[href]?.post;
      expect(operation?.requestBody).toMatchObject({
        content: { 'application/json': { schema: { type: 'object', additionalProperties: false } } },
      });
    }
  });

  it('answer without a log-in, with their working', async () => {
    const request = { from: '2026-01-23', workingDays: 3, rollOver: 'NEXT_WORKING_DAY' };
    const { body } = await world.anybody.post('/v1/rules/deadline', request).then(expectStatus(200));
    expect(body.result.dueOn).toBe('2026-01-29');
    expect(body.working.length).toBeGreaterThan(0);
    expect(body.rules.length).toBeGreaterThan(0);
  });

  it('answer 400 with one entry for each bad field', async () => {
    const answer = await world.anybody.post('/v1/rules/deadline', { from: '2026-02-30', days: '3', extra: 1 });
    expect([answer.status, answer.body.type]).toEqual([400, '/problems/validation']);
    const fields = errorsOf(answer).map(({ field }) => field);
    expect(fields.sort()).toEqual(['days', 'extra', 'from', 'rollOver']);
  });

  it.each(['[]', '7', 'null', '"text"', ''])('answer 400 to the body %p', async (body) => {
    const answer = await world.anybody.send('post', '/v1/rules/deadline', (test) =>
      test.set('Content-Type', 'application/json').send(body),
    );
    expect([answer.status, answer.body.type]).toEqual([400, '/problems/validation']);
  });

  it('answer 400 to what is no JSON, and 404 to a name that is no calculator’s, whatever the body', async () => {
    const broken = async (name: string) =>
      await world.anybody.send('post', `/v1/rules/${name}`, (test) =>
        test.set('Content-Type', 'application/json').send('{'),
      );
    expect((await broken('deadline')).body.type).toBe('/problems/malformed-json');
    expect((await broken('no-such-calculator')).status).toBe(404);
    expect((await broken('constructor')).status).toBe(404);
  });
});
