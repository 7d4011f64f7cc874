import type { Response } from 'supertest';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction } from '../support/auction-story.js';
import { expectStatus, itemsOf } from '../support/client.js';

interface Shown {
  readonly attemptId: string;
  readonly origin: string;
  readonly rehearsal: boolean;
  readonly status: string;
  readonly state: string | null;
  readonly bidsReceived: number | null;
  readonly preferredBidder: string | null;
  readonly sources: readonly { readonly url: string | null }[];
}

interface Counts {
  readonly attempts: number;
  readonly blocks: number;
  readonly figures: readonly {
    readonly name: string;
    readonly denominator: 'attempts' | 'blocks';
    readonly count: number;
    readonly of: number;
    readonly definition: string;
  }[];
}

interface Summary extends Counts {
  readonly groups: readonly (Counts & { readonly group: string | null })[];
}

const linesOf = ({ text }: Response): readonly string[] => text.split('\r\n').filter((line) => line !== '');

describe('the public register of attempts', () => {
  let world: ApiWorld;
  let bidders: readonly [Bidder, Bidder, Bidder];

  beforeAll(async () => {
    world = await openApiWorld();
    const [one, two, three] = ['bidder1', 'bidder2', 'bidder3'].map((name) => () => makeBidder(world, name));
    if (one === undefined || two === undefined || three === undefined) throw new Error('three bidders are needed');
    bidders = [await one(), await two(), await three()];
  }, 60_000);
  afterAll(() => world.close());

  const read = (path: string): Promise<Response> => world.anybody.get(path).then(expectStatus(200));
  const list = async (query: string): Promise<readonly Shown[]> => itemsOf<Shown>(await read(`/v1/attempts?${query}`));
  const find = async (attemptId: string): Promise<Shown> => (await read(`/v1/attempts/${attemptId}`)).body as Shown;

  it('lists every attempt with its source, narrowed by what is asked, page by page', async () => {
    expect(await list('regime=central-critical&limit=500')).toHaveLength(60);
    expect((await list('block=CM-KURCHHA')).map(({ attemptId }) => attemptId)).toEqual([
      'CMI-KURCHHA',
      'CMIII-KURCHHA',
    ]);
    expect(await list('tranche=III&limit=500')).toHaveLength(7);
    for (const { state } of await list('state=OD&year=2020&mineral=IRON_ORE')) expect(state).toBe('OD');
    expect((await list('limit=500')).filter(({ sources }) => sources.every(({ url }) => url === null))).toEqual([]);
    const page = await read('/v1/attempts?limit=3&status=annulled');
    const next = await read(`/v1/attempts?limit=3&status=annulled&cursor=${page.body.next as string}`);
    expect(itemsOf<Shown>(next)[0]?.attemptId).not.toBe(itemsOf<Shown>(page)[2]?.attemptId);
    for (const wrong of ['status=sold', 'regime=coal', 'year=twenty', 'mineral=x', 'rehearsal=perhaps', 'colour=red']) {
      await world.anybody.get(`/v1/attempts?${wrong}`).then(expectStatus(400));
    }
  });

  it('shows a published attempt with its offers, and knows no others', async () => {
    const { body } = await read('/v1/attempts/OD-2020-MAHULSUKHA');
    expect((body as { offers: unknown[] }).offers.length).toBeGreaterThan(7);
    await world.anybody.get('/v1/attempts/NO-SUCH').then(expectStatus(404));
    await world.anybody.get('/v1/attempts/x').then(expectStatus(404));
  });

  it('counts with both denominators, each figure with its definition and what it is of', async () => {
    const { body } = await read('/v1/attempts/summary?regime=central-critical&by=tranche');
    const summary = body as Summary;
    expect(summary).toMatchObject({
      attempts: 60,
      blocks: 47,
      filter: { rehearsal: false, regime: 'central-critical' },
    });
    for (const { attempts, blocks, figures } of [summary, ...summary.groups]) {
      for (const { denominator, of, definition } of figures) {
        expect(of).toBe(denominator === 'attempts' ? attempts : blocks);
        expect(definition).toMatch(denominator === 'attempts' ? /^Attempts / : /^Blocks /);
      }
    }
    expect(summary.groups.map(({ group }) => group)).toEqual(['I', 'II', 'III', 'IV', 'V']);
  });

  it('has one dictionary, in which every status and figure that is used is defined once', async () => {
    const { body } = await read('/v1/statuses');
    const { statuses, figures } = body as Record<'statuses' | 'figures', { name: string }[]>;
    const names = statuses.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { status } of await list('limit=500')) expect(names).toContain(status);
    const { body: summary } = await read('/v1/attempts/summary');
    expect((summary as Counts).figures.map(({ name }) => name)).toEqual(figures.map(({ name }) => name));
  });

  it('gives the same rows and counts as CSV, empty where nothing is known', async () => {
    const file = await read('/v1/attempts.csv?regime=central-critical');
    expect(file.headers['content-type']).toContain('text/csv');
    expect(file.headers['content-disposition']).toBe('attachment; filename="attempts.csv"');
    const [heading = '', ...rows] = linesOf(file);
    expect(heading.startsWith('attemptId,origin,rehearsal,regime,tranche,attempt,')).toBe(true);
    expect(rows).toHaveLength(60);
    expect(rows.filter((row) => /(^|,)null(,|$)/.test(row))).toEqual([]);
    const counts = linesOf(await read('/v1/attempts/summary.csv?regime=central-critical&by=tranche'));
    expect(counts).toContain(
      'all,,blocks-with-preferred-bidder,31,47,blocks,65.96,"Blocks whose latest attempt led to a bidder who, as far as is known, still stands."',
    );
    await world.anybody.get('/v1/attempts.csv?limit=3').then(expectStatus(400));
  });

  it('lists the tranches as published', async () => {
    expect(itemsOf(await read('/v1/tranches'))).toHaveLength(7);
  });

  it('holds an auction of this platform from its notice on, and tells nothing of its bids before it is over', async () => {
    const draft = await Auction.draft(world);
    await world.anybody.get(`/v1/attempts/${draft.id}`).then(expectStatus(404));
    const auction = await Auction.callOpen(
      world,
      bidders.map((bidder, index) => [bidder, ['41.00', '63.50', '55.00'][index] ?? '']),
    );
    expect(await find(auction.id)).toMatchObject({
      origin: 'PLATFORM',
      rehearsal: true,
      regime: 'state',
      status: 'offered',
      attempt: 1,
      attemptKind: 'FIRST',
      blockId: 'PRACTICE-ML-STATE',
      concession: 'ML',
      reservePricePercent: '20.00',
      noticeOn: '2026-12-01',
      bidDueOn: '2027-01-25',
      year: 2026,
      bidsReceived: null,
      technicallyQualified: null,
      floorPricePercent: null,
      preferredBidder: null,
      decidedOn: null,
      protocol: null,
    });
    expectStatus(200)(await auction.offer(bidders[2], '64.00'));
    await auction.advanceTo('2027-02-10T13:30:00+05:30');
    expect(await find(auction.id)).toMatchObject({
      status: 'preferred_bidder',
      stage: 'sold',
      preferredBidder: bidders[2].legalName,
      floorPricePercent: '63.50',
      finalPriceOfferPercent: '64.00',
      bidsReceived: 3,
      technicallyQualified: 3,
      decidedOn: '2027-02-10',
      caseId: auction.id,
      protocol: `/v1/block-auctions/${auction.id}/protocol`,
      sources: [{ url: `/v1/cases/${auction.id}` }],
    });
    await auction.giveByTwo('annul', 'odisha', 'approving', {
      ground: 'PREFERRED_BIDDER_DEFAULT',
      provision: 'r. 10(1)',
      reason: 'The first instalment of the upfront payment was not paid.',
    });
    expect(await find(auction.id)).toMatchObject({
      status: 'annulled_after_award',
      preferredBidder: bidders[2].legalName,
      reasonCode: 'PREFERRED_BIDDER_DEFAULT',
      reason: expect.stringContaining('first instalment') as string,
      provision: 'r. 10(1)',
    });
  });

  it('holds an annulment with its ground in words and its provision', async () => {
    const auction = await Auction.closeBids(world, []);
    expect(await find(auction.id)).toMatchObject({
      status: 'annulled',
      reasonCode: 'NIL_BIDS',
      reason: 'No bids',
      provision: 'Mineral (Auction) Rules, 2015, r. 9(10)',
      bidsReceived: 0,
      decidedOn: '2027-01-25',
    });
  });

  it('never mixes rehearsals with what was real', async () => {
    const practised = await list('rehearsal=true&mineral=IRON_ORE');
    expect(practised.map(({ status }) => status).sort()).toEqual(['annulled', 'annulled_after_award']);
    expect(practised.every(({ rehearsal, origin }) => rehearsal && origin === 'PLATFORM')).toBe(true);
    const real = await list('limit=500');
    expect(real).toHaveLength(199);
    expect(real.some(({ rehearsal }) => rehearsal)).toBe(false);
    const { body } = await read('/v1/attempts/summary?rehearsal=true');
    expect(body).toMatchObject({ attempts: 2, blocks: 1, filter: { rehearsal: true } });
  });
});
