import { Papers, type PaperReminder } from '#registers';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { expectStatus, itemsOf, refusalsOf, type Client } from '../support/client.js';

interface PaperBody {
  readonly kind: string;
  readonly version: number;
  readonly state: string;
  readonly daysLeft: number | null;
  readonly remindedDays: readonly number[];
}

const PATH = '/v1/bidder-profile/papers';
const DAY_MS = 86_400_000;

describe('the papers of a bidder', () => {
  let world: ApiWorld;
  let bidder: Client;
  let document: string;

  beforeAll(async () => {
    world = await openApiWorld();
    bidder = await world.as('bidder1');
    const stored = await bidder.send('post', '/v1/documents?name=paper.txt', (test) =>
      test.set('Content-Type', 'text/plain').send('A power of attorney of the demonstration.\n'),
    );
    document = expectStatus(201)(stored).body.id as string;
  });
  afterAll(() => world.close());

  /** So many days from today in India, however late in the day it is. */
  const day = (days: number): string =>
    new Date(Date.parse(new Papers(world.database.pool, world.runtime.parts.clock).today()) + days * DAY_MS)
      .toISOString()
      .slice(0, 10);
  const record = async (form: object, client = bidder) => await client.post(PATH, { documentId: document, ...form });
  const list = async (query = ''): Promise<readonly PaperBody[]> =>
    itemsOf<PaperBody>(await bidder.get(`${PATH}${query}`));

  it('are kept in versions, with the days between which they are valid', async () => {
    const first = { kind: 'POWER_OF_ATTORNEY', issuedOn: day(-400), validUntil: day(-35) };
    expect(expectStatus(201)(await record(first)).body).toMatchObject({ version: 1, state: 'expired', daysLeft: -35 });
    expect((await record(first)).status).toBe(200);
    const second = expectStatus(201)(
      await record({ ...first, issuedOn: day(-30), validUntil: day(20), reference: 'No. 7' }),
    );
    expect(second.body).toMatchObject({ version: 2, state: 'expiring', daysLeft: 20, reference: 'No. 7' });
    await record({ kind: 'PAN', issuedOn: day(-4_000) });
    await record({ kind: 'NET_WORTH_CERTIFICATE', issuedOn: day(-10), validUntil: day(200) });
    expect((await list()).map(({ kind, version, state }) => [kind, version, state])).toEqual([
      ['POWER_OF_ATTORNEY', 2, 'expiring'],
      ['NET_WORTH_CERTIFICATE', 1, 'valid'],
      ['PAN', 1, 'valid'],
    ]);
    expect(itemsOf<PaperBody>(await bidder.get(`${PATH}/POWER_OF_ATTORNEY`)).map(({ version }) => version)).toEqual([
      2, 1,
    ]);
    expect((await bidder.get(`${PATH}/GST`)).status).toBe(404);
  });

  it('are listed by the end of their validity', async () => {
    expect((await list('?expiringWithinDays=30')).map(({ kind }) => kind)).toEqual(['POWER_OF_ATTORNEY']);
    expect(await list('?expiringWithinDays=19')).toEqual([]);
    expect((await bidder.get(`${PATH}?expiringWithinDays=-1`)).status).toBe(400);
  });

  it('have dates that can be, and documents of their own organisation', async () => {
    const late = await record({ kind: 'GST', issuedOn: day(1) });
    expect([late.status, refusalsOf(late).map(({ rule }) => rule)]).toEqual([422, ['paper-is-dated']]);
    expect((await record({ kind: 'GST', issuedOn: day(-1), validUntil: day(-2) })).status).toBe(422);
    const foreign = await record({ kind: 'GST', issuedOn: day(-1) }, await world.as('bidder2'));
    expect(refusalsOf(foreign).map(({ rule }) => rule)).toEqual(['document-is-own']);
    expect((await record({ kind: 'LETTER', issuedOn: day(-1) })).status).toBe(400);
    expect((await record({ kind: 'GST', issuedOn: day(-1) }, await world.as('odisha'))).status).toBe(403);
    expect(itemsOf(await (await world.as('bidder2')).get(PATH))).toEqual([]);
  });

  it('are reminded of once for each of the days before their end, by the nearest when several are past', async () => {
    const reminders: PaperReminder[] = [];
    const remindOn = async (days: number): Promise<number> => {
      const now = () => world.runtime.parts.clock.now() + days * DAY_MS;
      return await new Papers(world.database.pool, { now }).remind(async (each) => void reminders.push(each));
    };
    expect(await remindOn(0)).toBe(1);
    expect(await remindOn(0)).toBe(0);
    expect(reminders).toMatchObject([{ kind: 'POWER_OF_ATTORNEY', days: 30, validUntil: day(20) }]);
    // Days 7 and 1 were both missed; the bidder is told once.
    expect(await remindOn(19)).toBe(1);
    expect(await remindOn(20)).toBe(0);
    expect(await remindOn(21)).toBe(0);
    expect(reminders.map(({ days }) => days)).toEqual([30, 1]);
    expect((await list())[0]).toMatchObject({ remindedDays: [30, 1] });
    // A new version has an end of its own.
    await record({ kind: 'POWER_OF_ATTORNEY', issuedOn: day(-1), validUntil: day(25) });
    expect(await remindOn(0)).toBe(1);
  });
});
