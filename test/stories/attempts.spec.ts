import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction, refusedBy, type Refused, SCREENING } from '../support/auction-story.js';
import { expectStatus } from '../support/client.js';

interface Ended {
  readonly status: string;
  readonly bidsReceived: number;
  readonly technicallyQualified: number;
  readonly annulment: {
    readonly reason: string;
    readonly nextAttempts: readonly string[];
  };
}

describe('attempts that fail, and those that follow them', () => {
  let world: ApiWorld;
  let one: Bidder;
  let two: Bidder;
  let three: Bidder;

  beforeAll(async () => {
    world = await openApiWorld();
    one = await makeBidder(world, 'bidder1');
    two = await makeBidder(world, 'bidder2');
    three = await makeBidder(world, 'bidder3');
  }, 60_000);
  afterAll(() => world.close());

  /** What the law leaves to an authority that asks for the wrong attempt. */
  const refusalOf = async (auction: Auction, attempt: string): Promise<Refused | undefined> => {
    const answer = await auction.draftNext(attempt);
    expect(refusedBy(answer)).toEqual([422, ['attempt-follows-the-last']]);
    return (answer.body as { refusals: readonly Refused[] }).refusals[0];
  };

  it('annul a first attempt with two technically qualified, and keep the price of who failed sealed', async () => {
    const auction = await Auction.closeBids(world, [
      [one, '41.00'],
      [two, '63.55'],
      [three, '77.77'],
    ]);
    await auction.openTechnical();
    await auction.findOnAll([three]);
    await auction.freeze();
    await auction.openPrices();
    expect(await auction.viewFor<Ended>()).toMatchObject({
      status: 'Annulled',
      bidsReceived: 3,
      technicallyQualified: 2,
      preferredBidder: null,
      annulment: { reason: 'LT3_TQB', nextAttempts: ['SECOND', 'DE_NOVO'] },
    });
    const { openedOffers } = await auction.viewFor<{ openedOffers: object[] }>('odisha');
    expect(JSON.stringify(openedOffers)).toContain('63.55');
    expect(JSON.stringify(openedOffers)).not.toContain('77.77');
    for (const name of ['odisha', 'chair', 'auditor', 'bidder3', 'administrator']) {
      expect(JSON.stringify((await auction.seenBy(name)).body)).not.toContain('77.77');
    }
    expect(await refusalOf(auction, 'FIRST')).toMatchObject({ required: 'a second attempt or an attempt de novo' });
  });

  it('let the authority go on with one bidder in a second attempt, by a decision of two with reasons', async () => {
    const first = await Auction.evaluate(world, [
      [one, '41.00'],
      [two, '63.55'],
    ]);
    await first.openPrices();
    expect((await first.viewFor<Ended>()).annulment.reason).toBe('LT3_TQB');
    const second = await Auction.evaluate(world, [[one, '41.00']], {
      attempt: 'SECOND',
      previousCaseId: first.id,
      repeatFee: '25000.00',
    });
    await second.openPrices();
    expect(await second.statusFor()).toBe('The authority decides whether the attempt goes on');
    // Before it is decided nothing goes on, and a decision without reasons is none.
    expect((await second.give('odisha', 'schedule-round-two', { startsAt: '2027-02-10T11:00:00+05:30' })).status).toBe(
      409,
    );
    expect((await second.give('odisha', 'decide-to-proceed', { reason: 'So be it.' })).status).toBe(400);
    const reason =
      'One bidder is qualified; its offer is twice the reserve price, and a third notice would cost a year.';
    await second.giveByTwo('decide-to-proceed', 'odisha', 'approving', { reason });
    const record = await world.anybody.get(`/v1/cases/${second.id}/transitions?limit=200`).then(expectStatus(200));
    expect(JSON.stringify(record.body)).toContain(reason);
    await second.must('odisha', 'schedule-round-two', { startsAt: '2027-02-10T11:00:00+05:30' });
    await second.advanceTo('2027-02-10T11:00:01+05:30');
    expectStatus(200)(await second.offer(one, '41.05'));
    await second.advanceTo('2027-02-10T14:00:00+05:30');
    expect(await second.viewFor()).toMatchObject({
      attempt: { ordinal: 2, kind: 'SECOND', previousCaseId: first.id },
      preferredBidder: { organisation: one.organisationId, percent: '41.05' },
    });
  });

  it('take the lower fee from whoever bought the document of the attempt before', async () => {
    const first = await Auction.evaluate(world, [
      [one, '41.00'],
      [two, '63.55'],
    ]);
    await first.openPrices();
    const terms = { attempt: 'SECOND', previousCaseId: first.id, repeatFee: '25000.00' };
    const second = await Auction.publish(world, terms);
    expect(await second.purchaseOf('bidder1')).toMatchObject({ amount: '25000.00' });
    expect(await second.purchaseOf('bidder3')).toMatchObject({ amount: '300000.00' });
    const short = await second.give('bidder3', 'purchase-tender', { paymentReference: 'UTR 1', amount: '25000.00' });
    expect(refusedBy(short)).toEqual([422, ['fee-is-paid-in-full']]);
    // The line has one attempt at a time.
    expect(refusedBy(await second.draftNext('DE_NOVO'))).toEqual([422, ['attempt-follows-the-last']]);
  });

  it('annul an attempt to which no bid came, and begin de novo after it', async () => {
    const auction = await Auction.takeBids(world, [one]);
    await auction.advanceTo('2027-01-25T17:00:00+05:30');
    expect(await auction.statusFor()).toBe('Open for bids');
    await auction.advanceTo('2027-01-25T17:00:01+05:30');
    expect(await auction.viewFor<Ended>()).toMatchObject({
      status: 'Annulled',
      bidsReceived: 0,
      annulment: { reason: 'NIL_BIDS', nextAttempts: ['DE_NOVO'] },
    });
    expect((await refusalOf(auction, 'SECOND'))?.found).toContain('no technically qualified bidder');
    expectStatus(201)(await auction.draftNext('DE_NOVO', { bound: '15.00' }));
    await auction.must('odisha', 'conclude');
    expect(await auction.statusFor()).toBe('Annulled and concluded');
  });

  it('begin de novo after a first attempt without a responsive bid, and ask for three again', async () => {
    const first = await Auction.closeBids(world, [
      [one, '41.00'],
      [two, '63.55'],
      [three, '55.00'],
    ]);
    await first.openTechnical();
    await first.findOnAll([one, two, three]);
    await first.freeze();
    expect((await first.viewFor<Ended>()).annulment).toMatchObject({ reason: 'NO_TQB', nextAttempts: ['DE_NOVO'] });
    await refusalOf(first, 'SECOND');
    const anew = await Auction.evaluate(world, [[one, '41.00']], { attempt: 'DE_NOVO', previousCaseId: first.id });
    await anew.openPrices();
    expect((await anew.viewFor<Ended>()).annulment).toMatchObject({
      reason: 'LT3_TQB',
      nextAttempts: ['SECOND', 'DE_NOVO'],
    });
  });

  it('count an offer below the reserve price for nothing, and annul when none is left', async () => {
    const auction = await Auction.evaluate(world, [
      [one, '19.99'],
      [two, '10.00'],
      [three, '15.00'],
    ]);
    await auction.openPrices();
    expect((await auction.viewFor<Ended>()).annulment).toMatchObject({ reason: 'NO_TQB', nextAttempts: ['DE_NOVO'] });
  });

  it('reject every bid of affiliates, also when too few are left then', async () => {
    const auction = await Auction.takeBids(world, [one, two, three]);
    const affiliates = ['Chilika Demo Holdings Private Limited'];
    await auction.must('bidder1', 'submit-bid', await auction.bidOf(one, '41.00', { affiliates }));
    await auction.must('bidder2', 'submit-bid', await auction.bidOf(two, '63.55', { affiliates }));
    await auction.must('bidder3', 'submit-bid', await auction.bidOf(three, '55.00'));
    await auction.advanceTo('2027-01-27T11:00:00+05:30');
    await auction.openTechnical();
    const unscreened = await auction.give('chair', 'freeze-evaluation');
    expect(refusedBy(unscreened)[1]).toEqual(['every-bid-has-a-finding', 'affiliates-are-screened']);
    await auction.findOnAll();
    await auction.freeze();
    await auction.openPrices();
    expect(await auction.viewFor<Ended>()).toMatchObject({
      technicallyQualified: 1,
      annulment: { reason: 'LT3_TQB' },
    });
    expect(await auction.viewFor('bidder1')).toMatchObject({ own: { initialOffer: { rejection: 'AFFILIATE' } } });
  });

  it('reject affiliates whom only the committee has found', async () => {
    const auction = await Auction.closeBids(world, [
      [one, '41.00'],
      [two, '63.55'],
      [three, '55.00'],
    ]);
    await auction.openTechnical();
    await auction.findOnAll();
    const [first, second] = await auction.bids();
    const source = 'Register of companies, shareholding of 2026-09-30';
    const links = [first, second].map((bid) => ({
      bidId: bid?.bidId,
      party: 'Chilika Demo Holdings',
      relation: 'CONTROLLED_BY',
      source,
    }));
    await auction.must('member', 'record-screening', { ...SCREENING, links });
    await auction.freeze();
    await auction.openPrices();
    expect(await auction.viewFor<Ended>()).toMatchObject({ technicallyQualified: 1, status: 'Annulled' });
  });

  it('are annulled by the authority with ground, provision and reason, which all the world may read', async () => {
    const auction = await Auction.evaluate(world, [
      [one, '41.00'],
      [two, '63.55'],
      [three, '55.00'],
    ]);
    const annulment = {
      ground: 'BLOCK_CHANGED',
      provision: 'Biological Diversity Act, 2002, s. 37',
      reason: 'A third of the block was notified as a biodiversity heritage site.',
    };
    const wrong = { ...annulment, ground: 'PREFERRED_BIDDER_DEFAULT' };
    expect(refusedBy(await auction.give('odisha', 'annul', wrong))).toEqual([422, ['ground-fits-the-stage']]);
    await auction.giveByTwo('annul', 'odisha', 'approving', annulment);
    const ended = JSON.stringify((await auction.seenBy()).body);
    expect(ended).toContain(annulment.reason);
    expect(ended).toContain(annulment.provision);
    for (const sealed of ['41.00', '63.55', '55.00']) expect(ended).not.toContain(sealed);
  });
});
