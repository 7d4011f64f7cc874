import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiClient, ApiRefused } from '../../apps/cli/src/drive/api-client.js';
import { planDates } from '../../apps/cli/src/drive/auction-dates.js';
import { makeBidders, type DrivenBidder } from '../../apps/cli/src/drive/bidders.js';
import { People } from '../../apps/cli/src/drive/people.js';
import { RehearsalAuction } from '../../apps/cli/src/drive/rehearsal-auction.js';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';

const DATES = planDates('2026-12-01T11:00:00+05:30');

describe('the driver of a running platform', () => {
  let world: ApiWorld;
  let people: People;
  let bidders: readonly DrivenBidder[];

  beforeAll(async () => {
    world = await openApiWorld();
    people = new People(new ApiClient(world.baseUrl));
    bidders = await makeBidders(people, 4);
  }, 60_000);
  afterAll(() => world.close());

  it('makes each bidder once, however often it is asked for it', async () => {
    const again = await makeBidders(new People(new ApiClient(world.baseUrl)), 4);
    expect(again).toEqual(bidders);
    const { rows } = await world.database.pool.query<{ count: number }>(
      `select count(*) from organisation where name like 'Invented Bidder%'`,
    );
    expect(rows).toEqual([{ count: 1 }]);
  });

  it('finishes a person whose making was interrupted before he had a password', async () => {
    const administrator = people.as('administrator');
    const email = 'interrupted@drive.example';
    await administrator.post('/v1/people', { name: 'Interrupted Demo', email });
    const organisation = { kind: 'bidder', name: 'Interrupted Demo Limited' } as const;
    await people.appoint({ email, name: 'Interrupted Demo', role: 'bidder', organisation });
    const { appointments } = await people.as(email).get<{ appointments: object[] }>('/v1/me');
    expect(appointments).toMatchObject([{ role: 'bidder', organisation: { name: 'Interrupted Demo Limited' } }]);
  });

  it('drives a block auction from the draft to the preferred bidder', async () => {
    const bids = bidders.map((bidder, index) => ({ bidder, percent: `${41 + index}.00` }));
    const auction = await RehearsalAuction.callOpen(people, bids, { dates: DATES });
    const [first] = bidders;
    if (first === undefined) throw new Error('there are four bidders');
    await auction.offer(first, '44.05');
    await auction.closeRound();
    expect(await auction.view()).toMatchObject({
      status: 'Preferred bidder declared',
      preferredBidder: { name: 'Konark Demo Minerals Limited', percent: '44.05' },
    });
  });

  it('throws the whole problem of what is refused', async () => {
    const auction = await RehearsalAuction.draft(people, { dates: DATES, draft: { bound: '20.00' } });
    await auction.publish();
    const [first] = bidders;
    if (first === undefined) throw new Error('there are four bidders');
    const refused = await auction.give(first.login, 'ask-query', { text: 'Is the eastern road a public one?' }).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(ApiRefused);
    expect((refused as ApiRefused).findRefusal('tender-was-purchased')?.cure.how).toEqual(expect.any(String));
    expect((refused as ApiRefused).findRefusal('offer-beats-the-best')).toBeUndefined();
    expect((refused as ApiRefused).message).toContain('was answered 422');
  });
});

describe('the client of a busy platform', () => {
  const keys: (string | undefined)[] = [];
  let server: Server;
  let answers: { readonly status: number; readonly body?: object }[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      keys.push(request.headers['idempotency-key'] as string | undefined);
      const { status, body = {} } = answers.shift() ?? { status: 500 };
      request.resume();
      response.writeHead(status, { 'Content-Type': 'application/json', 'Retry-After': '0' });
      response.end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => await new Promise((resolve) => server.close(resolve)));
  beforeEach(() => (keys.length = 0));

  const client = (): ApiClient => new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

  it('repeats a command with its key until it is answered', async () => {
    answers = [{ status: 503 }, { status: 429 }, { status: 200, body: { caseId: 'X' } }];
    expect(await client().command('/v1/x', {})).toEqual({ caseId: 'X' });
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
    expect(keys[0]).toMatch(/^[\w-]{24}$/);
  });

  it('logs in anew, once, when its token has expired', async () => {
    const renewals: boolean[] = [];
    const known = client().as(async (renew) => {
      renewals.push(renew);
      return await Promise.resolve('token');
    });
    answers = [{ status: 401 }, { status: 200, body: { ok: true } }];
    expect(await known.get('/v1/me')).toEqual({ ok: true });
    expect(renewals).toEqual([false, true]);
    answers = [{ status: 401 }, { status: 401 }];
    await expect(known.get('/v1/me')).rejects.toMatchObject({ status: 401 });
  });
});
