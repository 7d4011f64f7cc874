import { once } from 'node:events';
import { request as ask, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseLocalDate, WorkingCalendar } from '#case-kit';
import { buildSeedLaw, calculators } from '#rulebook';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { expectStatus, itemsOf } from '../support/client.js';
import { RuleBookDesk } from '../support/rule-book-desk.js';

interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly request: { readonly properties: object };
  readonly parameters: readonly {
    readonly name: string;
    readonly inForce: { readonly value: unknown; readonly signed: boolean; readonly confidence: string } | null;
  }[];
}

const LONGEST = { from: '0001-01-01', workingDays: 2_600_000, rollOver: 'NONE' };

describe('the list of the calculators', () => {
  let world: ApiWorld;

  beforeAll(async () => {
    world = await openApiWorld();
  });
  afterAll(() => world.close());

  const list = async (): Promise<readonly Listed[]> =>
    itemsOf<Listed>(await world.anybody.get('/v1/rules').then(expectStatus(200)));
  const capOf = (listed: readonly Listed[]) =>
    listed.find(({ name }) => name === 'bid-security')?.parameters.find(({ name }) => name === 'bid-security.cap');

  it('shows of each what it computes, what it asks and the numbers that it reads today', async () => {
    const listed = await list();
    expect(listed.map(({ name }) => name)).toEqual([...calculators.keys()]);
    for (const { summary, request, parameters } of listed) {
      expect(summary).toMatch(/\w{3}/);
      expect(Object.keys(request.properties).length).toBeGreaterThan(1);
      expect(parameters.length).toBeGreaterThan(0);
      for (const { inForce } of parameters) expect(inForce?.signed ?? true).toBe(true);
    }
    expect(capOf(listed)?.inForce).toMatchObject({ value: '500000000.00', ref: { provision: expect.any(String) } });
  });

  it('shows another number as soon as it is the law, and computes with it', async () => {
    const desk = new RuleBookDesk(world);
    const security = { concession: 'ML', valueOfEstimatedResources: '999999999999.00', asOf: '2026-03-02' };
    await desk.enact(await desk.change('bid-security.cap', '600000000.00'));
    for (let round = 0; capOf(await list())?.inForce?.value !== '600000000.00'; round += 1) {
      expect(round).toBeLessThan(50);
      await sleep(100);
    }
    const { body } = await world.anybody.post('/v1/rules/bid-security', security).then(expectStatus(200));
    expect(body.result.amount).toBe('600000000.00');
  });
});

describe('the longest answers of the calculators', () => {
  let world: ApiWorld;

  beforeAll(async () => {
    world = await openApiWorld();
  });
  afterAll(() => world.close());

  async function post(body: object): Promise<IncomingMessage> {
    const sent = ask(`${world.baseUrl}/v1/rules/deadline`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
    });
    sent.end(JSON.stringify(body));
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return answer;
  }

  async function read(answer: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  it('are whole and right to the last day, and hold nobody up', async () => {
    const reading = Promise.all([1, 2].map(async () => read(await post(LONGEST))));
    let done = false;
    void reading.finally(() => (done = true));
    const waits: number[] = [];
    while (!done) {
      const started = performance.now();
      await world.anybody.get('/livez').then(expectStatus(200));
      waits.push(performance.now() - started);
    }
    waits.sort((a, b) => a - b);
    // An answer written at once would let each of them wait for as long as it takes.
    expect(waits.length).toBeGreaterThan(10);
    expect(waits[Math.floor(waits.length / 2)]).toBeLessThan(500);

    const [first = '', second] = await reading;
    expect(first === second).toBe(true);
    const { date, skipped } = new WorkingCalendar(buildSeedLaw().holidays('CENTRE')).addWorkingDays(
      parseLocalDate(LONGEST.from),
      LONGEST.workingDays,
    );
    expect(skipped.length).toBeGreaterThan(1_000_000);
    const head = `{"result":{"rawDueOn":"${date}","dueOn":"${date}","skipped":[{"date":"0001-01-06"`;
    expect(first.slice(0, head.length)).toBe(head);
    const { result, ...rest } = JSON.parse(first) as { result: { skipped: unknown[] } };
    expect(Object.keys(rest)).toEqual(['working', 'rules', 'confidence']);
    expect(JSON.stringify(result.skipped) === JSON.stringify(skipped)).toBe(true);
  }, 120_000);

  it('have the form that the document says', async () => {
    const request = { ...LONGEST, from: '2026-01-01', workingDays: 60_000 };
    const { body } = await world.anybody.post('/v1/rules/deadline', request).then(expectStatus(200));
    expect(body.result.skipped.length).toBeGreaterThan(20_000);
  });

  it('are refused only where the calendar ends', async () => {
    const answer = await world.anybody.post('/v1/rules/deadline', { ...LONGEST, workingDays: 2_700_000 });
    expect(expectStatus(400)(answer).body.errors).toEqual([
      { field: 'workingDays', message: 'leads beyond 9999-12-31' },
    ]);
  });

  it('end with whoever goes away, and leave no trace of a fault', async () => {
    const answer = await post(LONGEST);
    await once(answer, 'readable');
    answer.destroy();
    await sleep(300);
    await world.anybody.get('/livez').then(expectStatus(200));
    expect(world.log.filter((line) => /"level":(50|60|"error"|"fatal")/.test(line))).toEqual([]);
  });
});
