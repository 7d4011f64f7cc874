import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction, refusedBy, shift, type Refused } from '../support/auction-story.js';
import { expectStatus, itemsOf } from '../support/client.js';
import { readRecord, refuseRecorded, refuseUnrecorded } from '../support/refused-act.js';

const RULES = 'Mineral (Auction) Rules, 2015';
const POLICY = 'Policy of Adit';
const CLOSES_AT = '2027-02-10T13:00:00+05:30';
/** Refusals of one organisation that are recorded at once, before it is slowed down to one a second. */
const BURST = 10;

interface OwnRound {
  readonly own: { readonly alias: string; readonly rank: number | null };
}

describe('wrong input and abuse, in the second round', () => {
  let world: ApiWorld;
  let one: Bidder;
  let two: Bidder;
  let three: Bidder;
  let four: Bidder;
  let low: Bidder;
  let stranger: Bidder;

  beforeAll(async () => {
    world = await openApiWorld();
    one = await makeBidder(world, 'bidder1');
    two = await makeBidder(world, 'bidder2');
    three = await makeBidder(world, 'bidder3');
    four = await makeBidder(world, 'bidder4');
    low = await makeBidder(world, 'bidder5');
    stranger = await makeBidder(world, 'bidder6');
  }, 60_000);
  afterAll(() => world.close());

  /** Four qualify; a fifth bid below the reserve price; a sixth has never bid. */
  const callOpen = (): Promise<Auction> =>
    Auction.callOpen(world, [
      [one, '41.00'],
      [two, '63.55'],
      [three, '55.00'],
      [four, '50.00'],
      [low, '19.99'],
    ]);

  const refuseOffer = async (
    auction: Auction,
    bidder: Bidder,
    body: object,
    rule: string,
    others: readonly Bidder[],
  ): Promise<Refused | undefined> => {
    const act = { by: bidder.name, command: 'final-offer', body };
    const names = others.map(({ name }) => name);
    return (await refuseRecorded(world, auction, act, [422, [rule]], names))[0];
  };

  it('refuses an offer that equals the best, is below it, off the steps or not above the floor, and names the next', async () => {
    const auction = await callOpen();
    const others = [two, three];
    const isNext = (next: string) => ({
      who: 'your organisation',
      how: `offer ${next} %, or better by whole steps of 0.05`,
      by: CLOSES_AT,
    });
    expect(await refuseOffer(auction, one, { percent: '63.55' }, 'offer-beats-the-bound', others)).toMatchObject({
      ref: { act: RULES, provision: 'r. 9(9)(i)' },
      found: '63.55 %',
      required: 'above 63.55 %',
      cure: isNext('63.60'),
    });
    expect(await refuseOffer(auction, one, { percent: '63.62' }, 'offer-is-on-a-step', others)).toMatchObject({
      ref: { act: POLICY, provision: 'block auction, steps of the second round' },
      found: '63.62 %',
      required: 'whole steps of 0.05 from 63.55 %',
      cure: isNext('63.60'),
    });
    expectStatus(200)(await auction.offer(two, '64.00'));
    for (const percent of ['64.00', '63.95']) {
      expect(await refuseOffer(auction, one, { percent }, 'offer-beats-the-best', others)).toMatchObject({
        ref: { act: RULES, provision: 'r. 9(9)(i)' },
        found: `${percent} %`,
        required: 'above 64.00 %',
        cure: isNext('64.05'),
      });
    }
    // The holder of the best offer is no exception.
    await refuseOffer(auction, two, { percent: '64.00' }, 'offer-beats-the-best', [one, three]);
    expect(await auction.viewFor()).toMatchObject({ round: { best: '64.00', next: '64.05' } });
  });

  it('refuses offers of bidders who did not qualify or never bid, by r. 9(5) and 9(9), and of officers altogether', async () => {
    const auction = await callOpen();
    for (const outsider of [low, stranger]) {
      expect(
        await refuseOffer(auction, outsider, { percent: '64.00' }, 'offerer-is-qualified', [one, two]),
      ).toMatchObject({
        ref: { act: RULES, provision: 'r. 9(5), 9(9)' },
        found: 'your organisation is not among them',
        required: 'a place among the qualified bidders',
        cure: { who: 'nobody', how: 'nothing can be done about it in this attempt' },
      });
    }
    const act = { command: 'final-offer', body: { percent: '64.00' } };
    for (const by of ['odisha', 'chair', 'operator', 'administrator', 'auditor']) {
      await refuseUnrecorded(world, auction, { ...act, by }, 403, ['bidder1']);
    }
  });

  it('refuses an offer under the alias of another, and tells nothing of who that is', async () => {
    const auction = await callOpen();
    const aliasOf = async ({ name }: Bidder) => (await auction.viewFor<OwnRound>(name)).own.alias;
    const [mine, theirs] = [await aliasOf(one), await aliasOf(two)];
    expect(mine).not.toBe(theirs);
    for (const alias of [theirs, 'Bidder Q']) {
      const refusal = await refuseOffer(auction, one, { percent: '63.60', alias }, 'offer-is-under-own-alias', [two]);
      expect(refusal).toMatchObject({
        ref: { act: POLICY, provision: 'block auction, aliases' },
        found: alias,
        required: mine,
        cure: { who: 'your organisation', how: 'use your own alias, or leave it out' },
      });
      expect(JSON.stringify(refusal)).not.toContain(two.organisationId);
    }
    expectStatus(200)(await auction.offer(one, '63.60', { alias: mine }));
  });

  it('takes an offer at the very closing instant and refuses one a second late, by r. 9(9)(i)', async () => {
    const auction = await callOpen();
    await auction.advanceTo(CLOSES_AT);
    expectStatus(200)(await auction.offer(three, '63.60'));
    // Punctual to the instant, it kept the round open for eight minutes more.
    const extended = shift(CLOSES_AT, 480);
    await auction.advanceTo(shift(extended, 1));
    const [late] = await refuseRecorded(
      world,
      auction,
      { by: 'bidder1', command: 'final-offer', body: { percent: '90.00' } },
      [409, ['state-allows']],
      ['bidder2', 'bidder3'],
    );
    expect(late).toMatchObject({
      ref: { act: RULES, provision: 'r. 9(9)(i)' },
      found: '“Preferred bidder declared”',
      required: '“Second round under way”',
    });
    expect(await auction.viewFor()).toMatchObject({
      preferredBidder: { organisation: three.organisationId, percent: '63.60' },
    });
  });

  it('answers a flood of refused offers 429 with when to come back, slows nobody else, and keeps the record short', async () => {
    const auction = await callOpen();
    const before = (await readRecord(world, auction.id)).length;
    const began = Date.now();
    const flood = Array.from({ length: 120 }, () => auction.offer(one, '63.55'));
    // In its midst the others offer, and so does the flooder: what is good enough is never held back.
    const offers = [];
    for (const [bidder, percent] of [
      [two, '63.60'],
      [three, '63.65'],
      [four, '63.70'],
      [one, '63.75'],
    ] as const) {
      offers.push(await auction.offer(bidder, percent));
    }
    const answers = await Promise.all(flood);
    const seconds = Math.ceil((Date.now() - began) / 1_000);
    expect(offers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);

    const refused = answers.filter(({ status }) => status === 422);
    const throttled = answers.filter(({ status }) => status === 429);
    expect(refused.length + throttled.length).toBe(flood.length);
    expect(refused.length).toBeGreaterThanOrEqual(BURST);
    expect(refused.length).toBeLessThanOrEqual(BURST + seconds);
    expect(throttled[0]?.body).toMatchObject({ type: '/problems/too-many-requests', retryAfter: 1 });
    expect(throttled[0]?.headers).toMatchObject({
      'retry-after': '1',
      'ratelimit-policy': '"refused";q=10;w=10',
      ratelimit: '"refused";r=0;t=1',
    });
    // A flood leaves what was refused within the measure, and once a minute one entry that says that there was more.
    const added = (await readRecord(world, auction.id)).slice(before);
    const kinds = (kind: string) => added.filter((entry) => entry.kind === kind);
    expect(kinds('accepted')).toHaveLength(offers.length);
    expect(kinds('refused')).toHaveLength(refused.length);
    expect(kinds('throttled')).toHaveLength(1);
    expect(kinds('throttled')[0]).toMatchObject({ command: 'FINAL_OFFER', organisation: one.organisationId });
    expect(added).toHaveLength(offers.length + refused.length + 1);

    // The measure is of one organisation and one command: the neighbour's refusal is told with its reason.
    expect(refusedBy(await auction.offer(two, '63.55'))).toEqual([422, ['offer-beats-the-bound']]);
    const mistake = { percent: '99.00', explanation: 'There was never such an offer.' };
    expect(refusedBy(await auction.give('bidder1', 'report-mistake', mistake))).toEqual([
      422,
      ['mistake-names-own-offer'],
    ]);
    // Nobody but those who keep the record learns whose flood it was.
    for (const client of [world.anybody, await world.as('bidder2')]) {
      const shown = itemsOf<{ kind: string; view: object }>(
        await client.get(`/v1/cases/${auction.id}/transitions?limit=200&order=desc`).then(expectStatus(200)),
      );
      expect(shown.filter(({ kind, view }) => kind !== 'accepted' && !('own' in view))).toEqual(
        shown.filter(({ kind }) => kind === 'timer'),
      );
      expect(JSON.stringify(shown)).not.toContain(one.organisationId);
    }
  });
});
