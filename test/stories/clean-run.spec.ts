import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction, refusedBy, ROUND_IS_LIVE_AT, ROUND_STARTS_AT } from '../support/auction-story.js';
import { expectStatus, itemsOf } from '../support/client.js';

interface Shown {
  readonly status: string;
  readonly technicallyQualified?: number;
  readonly openQueries?: readonly { readonly id: string }[];
  readonly queries: readonly { readonly text: string; readonly reply: string }[];
  readonly round: { readonly floor: string; readonly best?: string | null; readonly next?: string };
  readonly own?: Readonly<Record<string, unknown>>;
  readonly preferredBidder?: { readonly name: string; readonly percent: string } | null;
}

/** One rehearsal of a mining lease, from the draft to its end; each test is the next step of the same auction. */
describe('the auction of a mining lease, told over HTTP by each of its people', () => {
  let world: ApiWorld;
  let konark: Bidder;
  let aravalli: Bidder;
  let narmada: Bidder;
  let auction: Auction;

  beforeAll(async () => {
    world = await openApiWorld();
    konark = await makeBidder(world, 'bidder1');
    aravalli = await makeBidder(world, 'bidder2');
    narmada = await makeBidder(world, 'bidder3');
  }, 60_000);
  afterAll(() => world.close());

  it('is drafted by the officer of the State, and nobody but officers knows of the draft', async () => {
    auction = await Auction.draft(world);
    expect(auction.id).toMatch(/^REHEARSAL-AUCTION-/);
    expect(await auction.statusFor('odisha')).toBe('Draft notice');
    for (const client of [world.anybody, await world.as('bidder1')]) {
      expect((await client.get(`/v1/cases/${auction.id}`)).status).toBe(404);
    }
    const central = await (await world.as('rajasthan')).get(`/v1/cases/${auction.id}`);
    expect(central.status).toBe(404);
  });

  it('is published by two, and then everybody sees notice, terms and dates', async () => {
    const proposalId = await auction.propose('odisha', 'publish-notice');
    const alone = await auction.give('odisha', 'confirm-proposal', { proposalId });
    expect(alone.status).toBe(403);
    expect(itemsOf<{ id: string }>(await (await world.as('approving')).get('/v1/inbox')).map(({ id }) => id)).toContain(
      auction.id,
    );
    await auction.must('approving', 'confirm-proposal', { proposalId });
    expect(await auction.viewFor()).toMatchObject({
      status: 'Tender document on sale; study period',
      block: { id: 'PRACTICE-ML-STATE', state: 'OD', minerals: ['IRON_ORE', 'MANGANESE'] },
      terms: {
        reservePrice: '20.00',
        // 0.25 % of the value that the worksheet of the practice block adds up to.
        valueOfEstimatedResources: '98040625000.00',
        bidSecurity: '245101562.50',
        step: '0.05',
        extensionMinutes: 8,
      },
      schedule: { version: 1, bidsDueAt: '2027-01-25T17:00:00+05:30' },
    });
    const due = itemsOf(await world.anybody.get(`/v1/cases/${auction.id}/due-dates`).then(expectStatus(200)));
    expect(due).toMatchObject([{ event: 'END_STUDY_PERIOD', at: '2027-01-05T17:00:00+05:30' }]);
  });

  it('answers questions for all to read, without their askers', async () => {
    expect(
      refusedBy(await auction.give('bidder1', 'ask-query', { text: 'Is the eastern road a public one?' })),
    ).toEqual([422, ['tender-was-purchased']]);
    for (const name of ['bidder1', 'bidder2', 'bidder3']) {
      await auction.must(name, 'purchase-tender', await auction.purchaseOf(name));
    }
    await auction.must('bidder1', 'ask-query', { text: 'Is the eastern road a public one?' });
    const { openQueries } = await auction.viewFor<Shown>('odisha');
    const replies = [{ queryId: openQueries?.[0]?.id, text: 'It is; see chapter 3 of the report.' }];
    await auction.must('odisha', 'publish-replies', { replies });
    const { queries } = await auction.viewFor<Shown>();
    expect(queries).toMatchObject([{ text: 'Is the eastern road a public one?', reply: replies[0]?.text }]);
    expect(JSON.stringify(queries)).not.toContain(konark.organisationId);
  });

  it('moves its last dates by a corrigendum of two, which everybody finds in the record', async () => {
    await auction.giveByTwo('issue-corrigendum', 'odisha', 'approving', {
      text: 'Bids may come two days longer, because the revenue survey was supplemented.',
      bidsDueAt: '2027-01-27T17:00:00+05:30',
    });
    const record = itemsOf(await world.anybody.get(`/v1/cases/${auction.id}/transitions`).then(expectStatus(200)));
    expect(JSON.stringify(record)).toContain('revenue survey');
    expect(await auction.viewFor()).toMatchObject({
      schedule: { version: 2, bidsDueAt: '2027-01-27T17:00:00+05:30' },
    });
  });

  it('takes sealed bids after the study period, gives each a receipt, and replaces an earlier one', async () => {
    expect((await auction.give('bidder1', 'submit-bid', await auction.bidOf(konark, '31.00'))).status).toBe(409);
    await auction.advanceTo('2027-01-06T11:00:00+05:30');
    await auction.must('bidder1', 'submit-bid', await auction.bidOf(konark, '31.00'));
    const first = await auction.viewFor<{ own: { bid: { bidId: string } } }>('bidder1');
    await auction.must('bidder1', 'submit-bid', await auction.bidOf(konark, '41.00'));
    const second = await auction.viewFor<{ own: { bid: { bidId: string; receivedAt: string; commitment: string } } }>(
      'bidder1',
    );
    expect(second.own.bid).toMatchObject({
      receivedAt: '2027-01-06T11:00:00+05:30',
      commitment: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(second.own.bid.bidId).not.toBe(first.own.bid.bidId);
    await auction.must('bidder2', 'submit-bid', await auction.bidOf(aravalli, '63.55'));
    await auction.must('bidder3', 'submit-bid', await auction.bidOf(narmada, '55.00'));
  });

  it('is opened by two of the committee and evaluated with reasons and a clarification', async () => {
    await auction.advanceTo('2027-01-29T11:00:00+05:30');
    expect((await auction.give('bidder1', 'submit-bid', await auction.bidOf(konark, '90.00'))).status).toBe(409);
    await auction.openTechnical();
    const asked = (await auction.bids()).find(({ organisationId }) => organisationId === konark.organisationId);
    await auction.must('member', 'request-clarification', {
      bidId: asked?.bidId,
      question: 'The balance sheet lacks the report of the auditor. Furnish it.',
      answerBy: '2027-02-03T17:00:00+05:30',
    });
    const early = await auction.give('member', 'record-finding', {
      bidId: asked?.bidId,
      result: 'PASSED',
      assessedNetWorth: '9000000000.00',
      reason: 'The papers are complete as they are, or so it seems.',
    });
    expect(refusedBy(early)).toEqual([422, ['finding-waits-for-the-answer']]);
    const { own } = await auction.viewFor<{ own: { clarifications: { id: string }[] } }>('bidder1');
    await auction.must('bidder1', 'answer-clarification', {
      clarificationId: own.clarifications[0]?.id,
      answer: 'The report is attached.',
      documentId: konark.documentId,
    });
    await auction.findOnAll();
    await auction.freeze();
    expect(await auction.viewFor('bidder1')).toMatchObject({ own: { finding: { result: 'PASSED' } } });
  });

  it('has its prices opened by two, and qualifies all three', async () => {
    await auction.openPrices();
    const seen = await auction.viewFor<Shown & { openedOffers: { percent: string; rank: number }[] }>('odisha');
    expect(seen).toMatchObject({ technicallyQualified: 3, qualified: 3, round: { floor: '63.55' } });
    expect(seen.openedOffers.map(({ percent }) => percent).sort()).toEqual(['41.00', '55.00', '63.55']);
    expect(await auction.viewFor('bidder1')).toMatchObject({
      own: { initialOffer: { percent: '41.00', rank: 3, qualified: true } },
    });
    const soon = await auction.give('odisha', 'schedule-round-two', { startsAt: '2027-01-29T12:00:00+05:30' });
    expect(refusedBy(soon)).toEqual([422, ['round-is-announced-in-time']]);
    await auction.must('odisha', 'schedule-round-two', { startsAt: ROUND_STARTS_AT });
  });

  it('runs the second round under aliases, and each offer late in it keeps it open for eight minutes', async () => {
    await auction.advanceTo(ROUND_IS_LIVE_AT);
    expect(await auction.viewFor()).toMatchObject({ round: { floor: '63.55', best: null, next: '63.60' } });
    const accepted = await auction.offer(konark, '63.60');
    expect(accepted.body).toMatchObject({
      case: { view: { own: { alias: expect.stringMatching(/^Bidder [A-C]$/) as string, rank: 1, holdsBest: true } } },
    });
    await auction.advanceTo('2027-02-10T12:57:00+05:30');
    expectStatus(200)(await auction.offer(narmada, '64.00'));
    expect(await auction.viewFor()).toMatchObject({
      round: { best: '64.00', next: '64.05', closesAt: '2027-02-10T13:05:00+05:30' },
    });
    expect(await auction.viewFor('bidder1')).toMatchObject({ own: { rank: 2, holdsBest: false } });
    const live = await world.anybody.get(`/v1/cases/${auction.id}/live.json`).then(expectStatus(200));
    expect(live.body).toMatchObject({ live: { best: '64.00' } });
    // Nobody reads a protocol before there is an end, the officer and the auditor included.
    for (const client of [world.anybody, await world.as('odisha'), await world.as('auditor')]) {
      await client.get(`/v1/block-auctions/${auction.id}/protocol`).then(expectStatus(404));
    }
  });

  it('declares the preferred bidder by the clock alone, for all to see', async () => {
    await auction.advanceTo('2027-02-10T13:05:00+05:30');
    expect(await auction.statusFor()).toBe('Second round under way');
    await auction.advanceTo('2027-02-10T13:05:01+05:30');
    expect(await auction.viewFor()).toMatchObject({
      status: 'Preferred bidder declared',
      preferredBidder: {
        organisation: narmada.organisationId,
        name: narmada.legalName,
        percent: '64.00',
        declaredAt: '2027-02-10T13:05:00+05:30',
      },
      bidsReceived: 3,
      technicallyQualified: 3,
    });
  });

  it('publishes its protocol, from which its result can be computed again, naming the preferred bidder alone', async () => {
    const { body } = await world.anybody.get(`/v1/block-auctions/${auction.id}/protocol`).then(expectStatus(200));
    const text = JSON.stringify(body);
    expect(body).toMatchObject({ format: 'adit.block-auction.protocol/1' });
    for (const offer of ['41.00', '63.60', '64.00']) expect(text).toContain(offer);
    expect(text).toContain(narmada.organisationId);
    for (const other of [konark, aravalli]) expect(text).not.toContain(other.organisationId);
    const { rows } = await world.database.pool.query<{ hash: string }>(
      `select hash from transition where case_id = $1 and command = 'CLOSE_ROUND_TWO' and kind = 'timer'`,
      [auction.id],
    );
    expect(rows).toHaveLength(1);
    expect(text).toContain(rows[0]?.hash);
    expect(await auction.recount()).toEqual({ differences: [], notes: [] });
  });

  it('gives the securities of the others back, keeps that of the preferred bidder, and is concluded', async () => {
    const returnOf = (bidder: Bidder): object => ({
      organisationId: bidder.organisationId,
      guaranteeNumber: `BG/${bidder.name}`,
      returnedOn: '2027-02-10',
      reference: 'Letter 88 to the bank',
    });
    expect(refusedBy(await auction.give('odisha', 'conclude'))).toEqual([422, ['securities-are-settled']]);
    expect(refusedBy(await auction.give('odisha', 'return-security', returnOf(narmada)))).toEqual([
      422,
      ['preferred-security-is-kept'],
    ]);
    for (const bidder of [konark, aravalli]) await auction.must('odisha', 'return-security', returnOf(bidder));
    await auction.must('odisha', 'conclude');
    expect(await auction.statusFor()).toBe('Concluded with a preferred bidder');
    const record = itemsOf<{ act: { command: string } }>(
      await (await world.as('auditor')).get(`/v1/cases/${auction.id}/transitions?limit=200`).then(expectStatus(200)),
    );
    expect(record.length).toBeGreaterThan(30);
  });
});
