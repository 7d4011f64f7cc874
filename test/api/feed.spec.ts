import { setTimeout as sleep } from 'node:timers/promises';
import { DEMO_PASSWORD } from '#identity';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { expectStatus, type Client } from '../support/client.js';
import { EventReader } from '../support/event-reader.js';
import { Stall } from '../support/stall-story.js';

interface Shown {
  readonly id: string;
  readonly view: { readonly best?: string; readonly own?: { readonly alias: string | null; readonly rank?: number } };
}

describe('the live feed', () => {
  let world: ApiWorld;
  let stall: Stall;
  const readers: EventReader[] = [];

  beforeAll(async () => {
    world = await openApiWorld();
    stall = await Stall.callOpen(world);
  });
  afterEach(() => {
    for (const reader of readers.splice(0)) reader.close();
  });
  afterAll(() => world.close());

  const ticketFor = async (client: Client, cases: readonly string[]): Promise<string> =>
    (await client.post('/v1/feed-tickets', { cases }).then(expectStatus(201))).body.href as string;

  const watch = async (client: Client, ...cases: string[]): Promise<EventReader> => {
    const reader = await EventReader.open(world.baseUrl + (await ticketFor(client, cases)));
    readers.push(reader);
    await reader.until(() => reader.ofKind('case').length >= cases.length);
    return reader;
  };

  const cases = (reader: EventReader): readonly Shown[] => reader.ofKind('case').map(({ data }) => data as Shown);

  it('is opened by a ticket, which is given for cases that the caller sees and serves once', async () => {
    const bidder = await world.as('bidder1');
    const draft = await Stall.open(world);
    expect((await world.anybody.post('/v1/feed-tickets', { cases: [stall.id] })).status).toBe(401);
    expect((await bidder.post('/v1/feed-tickets', { cases: [stall.id, draft.id] })).status).toBe(404);
    for (const body of [
      {},
      { cases: [] },
      { cases: ['x'] },
      { cases: [stall.id, stall.id] },
      { cases: [stall.id], x: 1 },
    ]) {
      expect((await bidder.post('/v1/feed-tickets', body)).status).toBe(400);
    }
    const href = await ticketFor(bidder, [stall.id]);
    const first = await EventReader.open(world.baseUrl + href);
    readers.push(first);
    expect(first.status).toBe(200);
    for (const address of [href, '/v1/feed', '/v1/feed?ticket=nonsense']) {
      const answer = await world.anybody.get(address);
      expect([answer.status, answer.body.type]).toEqual([401, '/problems/unauthenticated']);
    }
  });

  it('begins with the present state of each case and the time of the platform with its doubt', async () => {
    const other = await Stall.publish(world);
    const reader = await watch(await world.as('bidder1'), stall.id, other.id);
    expect(
      cases(reader)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([stall.id, other.id].sort());
    expect(reader.ofKind('time')[0]?.data).toEqual({
      at: expect.stringMatching(/\+05:30$/),
      uncertaintyMs: expect.any(Number),
    });
    expect(reader.events[0]?.retry).toBeGreaterThan(0);
  });

  it('tells each what has changed as he may see it, the parties with their own standing', async () => {
    const own = await Stall.callOpen(world);
    const [holder, rival, officer] = await Promise.all(
      ['bidder2', 'bidder1', 'odisha'].map(async (name) => await watch(await world.as(name), own.id)),
    );
    await own.give('bidder1', 'call', { offer: '1350.00' }).then(expectStatus(200));
    for (const reader of [holder, rival, officer]) {
      await reader?.until(() => cases(reader).at(-1)?.view.best === '1350.00');
    }
    const ranks = [holder, rival, officer].map((reader) => reader && cases(reader).at(-1)?.view.own?.rank);
    expect(ranks).toEqual([2, 1, undefined]);
    const seen = JSON.stringify(officer?.events);
    const { rows } = await world.database.pool.query(
      `select organisation_id as id from case_party where case_id = $1 and capacity = 'trader'`,
      [own.id],
    );
    for (const { id } of rows as { id: string }[]) expect(seen).not.toContain(id);
  });

  it('tells nothing where nothing that the viewer sees has changed, so that nobody counts', async () => {
    const own = await Stall.publish(world);
    const rival = await watch(await world.as('bidder2'), own.id);
    const applicant = await watch(await world.as('bidder1'), own.id);
    const before = rival.ofKind('case').length;
    await own.give('bidder1', 'apply', { offer: '1250.00' }).then(expectStatus(200));
    await applicant.until(() => cases(applicant).length > 1);
    await sleep(500);
    expect(rival.ofKind('case').length).toBe(before);
  });

  it('tells at most five changes of a case a second', async () => {
    const own = await Stall.callOpen(world);
    const reader = await watch(await world.as('odisha'), own.id);
    for (let step = 1; step <= 16; step += 1) {
      const name = step % 2 === 1 ? 'bidder1' : 'bidder2';
      await own.give(name, 'call', { offer: `${1300 + step * 50}.00` }, { Prefer: 'return=minimal' });
      await sleep(40);
    }
    await reader.until(() => cases(reader).at(-1)?.view.best === '2100.00');
    const times = reader.ofKind('case').map(({ at }) => at);
    const busiest = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1_000).length));
    expect(busiest).toBeLessThanOrEqual(6);
    expect(times.length).toBeLessThan(16);
  });

  it('ends within a second when the rights of its reader are withdrawn', async () => {
    const client = world.anybody.withToken(await world.anybody.logIn('member2@adit.example', DEMO_PASSWORD));
    const reader = await watch(client, stall.id);
    const bystander = await watch(await world.as('bidder1'), stall.id);
    const withdrawn = performance.now();
    await client.delete('/v1/sessions/current').then(expectStatus(204));
    await reader.until(() => reader.isOver);
    expect(performance.now() - withdrawn).toBeLessThan(1_000);
    expect(reader.ofKind('end')).toHaveLength(1);
    expect(bystander.isOver).toBe(false);
  });

  it('takes no ticket of somebody whose rights have ended since', async () => {
    const client = world.anybody.withToken(await world.anybody.logIn('member2@adit.example', DEMO_PASSWORD));
    const href = await ticketFor(client, [stall.id]);
    await client.delete('/v1/sessions/current').then(expectStatus(204));
    expect((await world.anybody.get(href)).status).toBe(401);
  });

  it('lets one person hold a few streams, not many', async () => {
    const client = await world.as('chair');
    for (let open = 0; open < 4; open += 1) await watch(client, stall.id);
    const answer = await world.anybody.get(await ticketFor(client, [stall.id]));
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '5']);
    readers.splice(0).forEach((reader) => reader.close());
    await sleep(100);
    await watch(client, stall.id);
  });

  it('offers no HEAD, which would use the ticket up', async () => {
    const href = await ticketFor(await world.as('bidder1'), [stall.id]);
    expect((await fetch(world.baseUrl + href, { method: 'HEAD' })).status).toBe(405);
    const reader = await EventReader.open(world.baseUrl + href);
    readers.push(reader);
    expect(reader.status).toBe(200);
  });

  it('ends at shutdown, telling its readers to come back', async () => {
    const other = await openApiWorld();
    const own = await Stall.publish(other);
    const href = (await (await other.as('bidder1')).post('/v1/feed-tickets', { cases: [own.id] })).body.href as string;
    const reader = await EventReader.open(other.baseUrl + href);
    await reader.until(() => reader.ofKind('case').length > 0);
    const started = performance.now();
    await other.close();
    await reader.until(() => reader.isOver);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(reader.events.at(-1)).toMatchObject({ event: 'end', retry: 2_000 });
  });
});
