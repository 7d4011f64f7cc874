import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction, DRAFT, refusedBy, ROUND_IS_LIVE_AT, type Refused } from '../support/auction-story.js';
import { expectStatus, itemsOf } from '../support/client.js';

interface Listed {
  readonly event: string;
  readonly at: string;
}

describe('the second round, told over HTTP', () => {
  let world: ApiWorld;
  const bidders: Bidder[] = [];

  beforeAll(async () => {
    world = await openApiWorld();
    for (let number = 1; number <= 7; number += 1) bidders.push(await makeBidder(world, `bidder${number}`));
  }, 60_000);
  afterAll(() => world.close());

  const bid = (number: number, percent: string): readonly [Bidder, string] => [get(number), percent];
  const get = (number: number): Bidder => {
    const bidder = bidders[number - 1];
    if (bidder === undefined) throw new Error(`no bidder ${number}`);
    return bidder;
  };
  const dueOf = async (auction: Auction): Promise<readonly Listed[]> =>
    itemsOf<Listed>(await world.anybody.get(`/v1/cases/${auction.id}/due-dates`).then(expectStatus(200)));

  it('lets in everybody at the cut, where the fifth offer was made twice, and nobody below it', async () => {
    const offers = ['60.00', '55.00', '50.00', '45.00', '40.00', '40.00', '30.00'];
    const auction = await Auction.callOpen(
      world,
      offers.map((offer, index) => bid(index + 1, offer)),
    );
    expect(await auction.viewFor('odisha')).toMatchObject({ technicallyQualified: 7, qualified: 6 });
    for (const [index, name] of ['bidder5', 'bidder6'].entries()) {
      expect(await auction.viewFor(name)).toMatchObject({ own: { initialOffer: { rank: 5, qualified: true } } });
      expectStatus(200)(await auction.offer(get(5 + index), `60.${index === 0 ? '05' : '10'}`));
    }
    expect(refusedBy(await auction.offer(get(7), '60.15'))).toEqual([422, ['offerer-is-qualified']]);
  });

  it('goes downward for an exploration licence, from a ceiling, by the share that is asked for', async () => {
    const el = { blockId: 'PRACTICE-EL', scheme: 'exploration-licence', bound: '40.00', statedSecurity: '5000000.00' };
    const auction = await Auction.callOpen(world, [bid(1, '36.00'), bid(2, '33.50'), bid(3, '39.95')], el);
    expect(await auction.viewFor()).toMatchObject({
      terms: { direction: 'descending', ceiling: '40.00', bidSecurity: '5000000.00' },
      round: { floor: '33.50', next: '33.45' },
    });
    expect(refusedBy(await auction.offer(get(1), '33.55'))).toEqual([422, ['offer-beats-the-bound']]);
    expectStatus(200)(await auction.offer(get(1), '33.45'));
    expect(refusedBy(await auction.offer(get(3), '33.45'))).toEqual([422, ['offer-beats-the-best']]);
    expectStatus(200)(await auction.offer(get(3), '33.00'));
    await auction.advanceTo('2027-02-10T14:00:00+05:30');
    expect(await auction.viewFor()).toMatchObject({
      preferredBidder: { organisation: get(3).organisationId, percent: '33.00' },
    });
    expect(await auction.recount()).toEqual({ differences: [], notes: [] });
  });

  it('rejects a bid above the ceiling of an exploration licence, and a ceiling below a quarter', async () => {
    const el = { blockId: 'PRACTICE-EL', scheme: 'exploration-licence', bound: '40.00', statedSecurity: '5000000.00' };
    const low = await Auction.draft(world, { ...el, bound: '24.99' });
    expect(refusedBy(await low.give('odisha', 'publish-notice'))).toEqual([422, ['bound-is-set']]);
    const auction = await Auction.evaluate(world, [bid(1, '36.00'), bid(2, '40.01'), bid(3, '39.95')], el);
    await auction.openPrices();
    expect(await auction.viewFor()).toMatchObject({ technicallyQualified: 2, annulment: { reason: 'LT3_TQB' } });
  });

  it('is conducted by the Centre for a mineral of Part D, which tells the State before it concludes', async () => {
    const potash = { blockId: 'PRACTICE-ML-CENTRE' };
    const state = await (
      await world.as('rajasthan')
    ).command('/v1/block-auctions?rehearsalStartsAt=2026-12-01T11:00:00%2B05:30', {
      ...DRAFT,
      ...potash,
    });
    expect(refusedBy(state)).toEqual([422, ['authority-may-draft']]);
    const auction = await Auction.callOpen(
      world,
      [bid(1, '36.00'), bid(2, '33.50'), bid(3, '39.95')],
      potash,
      'central',
    );
    // The State grants afterwards: it looks on from the start, and it may not act.
    expect(await auction.statusFor('rajasthan')).toBe('Second round under way');
    expect((await auction.give('rajasthan', 'conclude')).status).toBe(403);
    expectStatus(200)(await auction.offer(get(2), '40.00'));
    await auction.advanceTo('2027-02-10T14:00:00+05:30');
    for (const number of [1, 3]) {
      await auction.must('central', 'return-security', {
        organisationId: get(number).organisationId,
        guaranteeNumber: `BG/bidder${number}`,
        returnedOn: '2027-02-10',
        reference: 'Letter 88 to the bank',
      });
    }
    expect(refusedBy(await auction.give('central', 'conclude'))).toEqual([422, ['state-is-intimated']]);
    await auction.must('central', 'intimate-state', { letter: 'F. No. 1/14/2027-M.VI of 2027-02-10' });
    expect(refusedBy(await auction.give('central', 'intimate-state', { letter: 'F. No. 1/15' }))).toEqual([
      422,
      ['state-is-intimated-once'],
    ]);
    await auction.must('central', 'conclude');
  });

  it('stops for an outage and gives the time back from its beginning', async () => {
    const auction = await Auction.callOpen(world, [bid(1, '41.00'), bid(2, '63.55'), bid(3, '55.00')]);
    await auction.advanceTo('2027-02-10T12:50:00+05:30');
    expectStatus(200)(await auction.offer(get(1), '64.00'));
    const outage = { outageBeganAt: '2027-02-10T12:45:00+05:30', reason: 'Two networks could not reach the platform.' };
    expect((await auction.give('bidder2', 'pause-round-two', outage)).status).toBe(403);
    await auction.must('operator', 'pause-round-two', outage);
    const during = await auction.offer(get(2), '64.05');
    expect(during.status).toBe(409);
    expect(await dueOf(auction)).toEqual([]);
    await auction.advanceTo('2027-02-10T13:30:00+05:30');
    const soon = await auction.give('operator', 'announce-resumption', { resumesAt: '2027-02-10T13:59:59+05:30' });
    expect(refusedBy(soon)).toEqual([422, ['resumption-is-announced-in-time']]);
    await auction.must('operator', 'announce-resumption', { resumesAt: '2027-02-10T14:00:00+05:30' });
    await auction.advanceTo('2027-02-10T14:00:01+05:30');
    // A quarter of an hour was left when the outage began.
    expect(await dueOf(auction)).toMatchObject([{ event: 'CLOSE_ROUND_TWO', at: '2027-02-10T14:15:00+05:30' }]);
    expect(await auction.viewFor()).toMatchObject({ round: { best: '64.00' } });
    expectStatus(200)(await auction.offer(get(2), '64.05'));
    await auction.advanceTo('2027-02-10T14:15:01+05:30');
    expect(await auction.viewFor()).toMatchObject({ preferredBidder: { organisation: get(2).organisationId } });
    expect(await auction.recount()).toEqual({ differences: [], notes: [] });
  });

  it('shields from a slip of the finger, and binds to an offer that was repeated in figures and in words', async () => {
    const auction = await Auction.callOpen(world, [bid(1, '41.00'), bid(2, '104.05'), bid(3, '55.00')]);
    const slip = await auction.offer(get(1), '140.10');
    expect(refusedBy(slip)).toEqual([422, ['far-offer-is-repeated']]);
    const [shield] = (slip.body as { refusals: readonly Refused[] }).refusals;
    expect(shield?.required).toEqual({ figures: '140.10', words: 'one hundred and forty point one zero' });
    // What it would mean in money stands in the refusal: 36.05 % of the value of estimated resources more.
    expect(JSON.stringify(shield)).toContain('140.10 %');
    expect(await auction.viewFor()).toMatchObject({ round: { best: null } });
    const own = await (await world.as('bidder1')).get(`/v1/cases/${auction.id}/transitions?order=desc&limit=1`);
    expect(itemsOf(own)).toMatchObject([{ kind: 'refused', command: 'FINAL_OFFER' }]);
    const misspelt = { repeated: { figures: '140.10', words: 'one hundred and four point one zero' } };
    expect(refusedBy(await auction.offer(get(1), '140.10', misspelt))).toEqual([422, ['far-offer-is-repeated']]);
    const words = { repeated: { figures: '140.10', words: 'one hundred and forty point one zero' } };
    expectStatus(200)(await auction.offer(get(1), '140.10', words));
    expect(await auction.viewFor()).toMatchObject({ round: { best: '140.10', next: '140.15' } });

    await auction.advanceTo('2027-02-10T11:09:00+05:30');
    const explanation = '140.10 was typed and confirmed for 104.10.';
    expect(refusedBy(await auction.give('bidder2', 'report-mistake', { percent: '140.10', explanation }))).toEqual([
      422,
      ['mistake-names-own-offer'],
    ]);
    await auction.must('bidder1', 'report-mistake', { percent: '140.10', explanation });
    expect(await auction.viewFor('bidder1')).toMatchObject({
      own: { mistakes: [{ percent: '140.10', reportedAt: '2027-02-10T11:09:00+05:30' }] },
    });
    expect(await auction.viewFor('odisha')).toMatchObject({ mistakes: [{ percent: '140.10', explanation }] });
    // There is no way to take it back: the offer stands.
    expect(await auction.viewFor()).toMatchObject({ round: { best: '140.10' } });
    await auction.advanceTo('2027-02-10T14:00:00+05:30');
    const security = { organisationId: get(1).organisationId, guaranteeNumber: 'BG/bidder1' };
    const annulment = {
      ground: 'PREFERRED_BIDDER_DEFAULT',
      provision: 'Mineral (Auction) Rules, 2015, r. 10(1)',
      reason: 'The preferred bidder did not pay the first instalment in time.',
    };
    await auction.giveByTwo('annul', 'odisha', 'approving', annulment);
    const forfeiture = {
      ...security,
      ground: 'REFUSAL',
      provision: 'Tender document, clause 14.5',
      reason: 'The preferred bidder refused to stand by its offer.',
    };
    expect(refusedBy(await auction.give('odisha', 'forfeit-security', forfeiture))).toEqual([
      422,
      ['reported-mistake-is-weighed'],
    ]);
    await auction.giveByTwo('forfeit-security', 'odisha', 'approving', {
      ...forfeiture,
      mistakeConsidered: 'The slip was confirmed in words and reported after nine minutes only.',
    });
  });

  it('is annulled when nobody offers', async () => {
    const auction = await Auction.callOpen(world, [bid(1, '41.00'), bid(2, '63.55'), bid(3, '55.00')]);
    await auction.advanceTo('2027-02-10T13:00:01+05:30');
    expect(await auction.viewFor()).toMatchObject({ status: 'Annulled', annulment: { reason: 'NO_FINAL_OFFER' } });
  });

  it('puts offers of one moment in one order: exactly one of equals is accepted', async () => {
    const auction = await Auction.callOpen(world, [bid(1, '41.00'), bid(2, '63.55'), bid(3, '55.00')]);
    await auction.advanceTo(ROUND_IS_LIVE_AT);
    const answers = await Promise.all([1, 2, 3].map((number) => auction.offer(get(number), '64.00')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
    for (const answer of answers.filter(({ status }) => status === 422)) {
      expect(refusedBy(answer)[1]).toEqual(['offer-beats-the-best']);
      expect(JSON.stringify(answer.body)).toContain('64.05');
    }
  });
});
