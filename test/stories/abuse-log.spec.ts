import { once } from 'node:events';
import { connect } from 'node:net';
import pg from 'pg';
import type { Response } from 'supertest';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction } from '../support/auction-story.js';
import { drawKey, expectStatus } from '../support/client.js';

/** No number of the platform's own looks like one of these. */
const priceOf = (place: number): string => `73519${String(place).padStart(2, '0')}.46`;
const ANY_PRICE = /73519\d\d/;
const BODY_LIMIT = 65_536;

describe('a sealed price in a log', () => {
  let world: ApiWorld;
  let auction: Auction;
  let one: Bidder;
  let two: Bidder;

  beforeAll(async () => {
    // The lowest level of all, and the work in the background in the same process: nothing more is ever logged.
    world = await openApiWorld({ ADIT_LOG_LEVEL: 'trace', ADIT_WORKER: 'true', ADIT_BODY_LIMIT: String(BODY_LIMIT) });
    one = await makeBidder(world, 'bidder1');
    two = await makeBidder(world, 'bidder2');
    auction = await Auction.takeBids(world, [one, two]);
  }, 60_000);
  afterAll(() => world.close());

  const path = (): string => `${auction.path}/submit-bid`;
  const logged = (): string => world.log.join('');

  /** Sends these very bytes as a bid. */
  const sendRaw = async (body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    await (
      await world.as('bidder1')
    ).send('post', path(), (test) =>
      test.set({ 'Idempotency-Key': drawKey(), 'Content-Type': 'application/json', ...headers }).send(body),
    );
  const bidAt = async (place: number, changes: object = {}): Promise<object> =>
    await auction.bidOf(one, priceOf(place), changes);

  it('is not there when the bid is taken, repeated, replaced, withdrawn or refused by a rule', async () => {
    const key = { 'Idempotency-Key': drawKey() };
    const client = await world.as('bidder1');
    const body = await bidAt(1);
    await client.command(path(), body, key).then(expectStatus(200));
    const again = await client.command(path(), body, key).then(expectStatus(200));
    expect(again.headers['idempotent-replayed']).toBe('true');
    // The same key for another price: the refusal compares them, and names neither.
    const other = await client.command(path(), await bidAt(2), key);
    expect([other.status, ANY_PRICE.test(JSON.stringify(other.body))]).toEqual([422, false]);
    await auction.must('bidder1', 'submit-bid', await bidAt(3));
    await auction.must('bidder1', 'withdraw-bid');
    const short = {
      security: { guaranteeNumber: 'BG/1', bank: 'State Bank of India', amount: '1.00', expiresOn: '2027-12-31' },
    };
    const refused = await auction.give('bidder1', 'submit-bid', await bidAt(4, short));
    expect([refused.status, ANY_PRICE.test(JSON.stringify(refused.body))]).toEqual([422, false]);
    const stranger = await auction.give('odisha', 'submit-bid', await bidAt(5));
    expect([stranger.status, ANY_PRICE.test(JSON.stringify(stranger.body))]).toEqual([403, false]);
    expect(logged()).not.toMatch(ANY_PRICE);
  });

  it('is not there when the request is malformed, whatever is wrong with it', async () => {
    const good = JSON.stringify(await bidAt(10));
    const attempts: readonly (readonly [status: number, body: string, headers?: Readonly<Record<string, string>>])[] = [
      [400, good.slice(0, -1)],
      [400, `{"initialPriceOffer":"${priceOf(11)}" "documents":[]}`],
      [400, `{"initialPriceOffer":${priceOf(12)}}`],
      [400, JSON.stringify({ ...JSON.parse(good), initialPriceOffer: [priceOf(13)] })],
      [400, JSON.stringify({ ...JSON.parse(good), initialPriceOffer: { sealed: priceOf(14) } })],
      [400, JSON.stringify({ ...JSON.parse(good), initialPriceOffer: `${priceOf(15)} %` })],
      [400, JSON.stringify({ ...JSON.parse(good), price: priceOf(16) })],
      [400, JSON.stringify({ ...JSON.parse(good), [priceOf(17)]: 'a field' })],
      [400, JSON.stringify({ ...JSON.parse(good), documents: priceOf(18) })],
      [400, `"${priceOf(19)}"`],
      [400, `${'['.repeat(40)}"${priceOf(20)}"${']'.repeat(40)}`],
      [400, `{"initialPriceOffer":"${priceOf(21)}\\u0000"}`],
      [400, good, { 'Idempotency-Key': 'short' }],
      [413, `{"initialPriceOffer":"${priceOf(22)}","text":"${'x'.repeat(BODY_LIMIT)}"}`],
      [415, `initialPriceOffer=${priceOf(23)}`, { 'Content-Type': 'application/x-www-form-urlencoded' }],
      [415, good, { 'Content-Encoding': 'br' }],
    ];
    for (const [status, body, headers] of attempts) {
      const answer = await sendRaw(body, headers);
      expect([body.slice(0, 60), answer.status]).toEqual([body.slice(0, 60), status]);
    }
    // In the query, where it does not belong, and in what is no HTTP at all.
    const client = await world.as('bidder1');
    await client.command(`${path()}?initialPriceOffer=${priceOf(24)}`, { initialPriceOffer: priceOf(25) });
    const { hostname, port } = new URL(world.baseUrl);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST ${path()} HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n{"initialPriceOffer":"${priceOf(26)}"}`,
    );
    socket.resume();
    await once(socket, 'close');
    expect(logged()).not.toMatch(ANY_PRICE);
  });

  it('is not there when the platform itself fails in the midst of taking the bid', async () => {
    const admin = new pg.Client({ connectionString: world.database.adminUrl });
    await admin.connect();
    await admin.query(`
      create function break_down() returns trigger language plpgsql as
        $$ begin raise exception 'the disk is full' using detail = new::text; end $$;
      create trigger break_down before insert on bid for each row execute function break_down()`);
    const failed = await auction.give('bidder1', 'submit-bid', await bidAt(30));
    await admin.query('drop trigger break_down on bid');
    await admin.end();
    expect([failed.status >= 500, ANY_PRICE.test(JSON.stringify(failed.body))]).toEqual([true, false]);
    expect(logged()).toContain('the disk is full');
    expect(logged()).not.toMatch(ANY_PRICE);
  });

  it('cannot be guessed from it either: neither envelope nor commitment is there', async () => {
    await auction.must('bidder1', 'submit-bid', await bidAt(40));
    const { own } = await auction.viewFor<{ own: { bid: { bidId: string; commitment: string } } }>('bidder1');
    const { rows } = await world.database.pool.query<{ envelope: Readonly<Record<string, unknown>> }>(
      'select envelope from bid where case_id = $1 and envelope is not null',
      [auction.id],
    );
    const secrets = [own.bid.commitment, own.bid.bidId, ...rows.flatMap(({ envelope }) => Object.values(envelope))];
    const texts = secrets.filter((each): each is string => typeof each === 'string' && each.length > 10);
    expect(texts.length).toBeGreaterThan(rows.length);
    for (const text of texts) expect(logged()).not.toContain(text);
    // The log was written all the while: there is a line for each request.
    expect(world.log.length).toBeGreaterThan(40);
  });
});
