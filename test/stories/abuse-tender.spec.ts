import { parseInstant, sayInstant } from '#case-kit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { appointPerson, makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction, SCHEDULE, shift, type Refused } from '../support/auction-story.js';
import { expectStatus, itemsOf } from '../support/client.js';
import { refuseRecorded, refuseUnrecorded, type Act } from '../support/refused-act.js';

const say = (instant: string): string => sayInstant(parseInstant(instant));

const RULES = 'Mineral (Auction) Rules, 2015';
const POLICY = 'Policy of Adit';

interface OfficersView {
  readonly bidsReceived: number | null;
}

describe('wrong input and abuse, from the notice to the due time of the bids', () => {
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

  /** Refused by rules of the case, and recorded; the others named and the public notice nothing. */
  const refuse = (
    auction: Auction,
    act: Act,
    rules: readonly string[],
    others: readonly string[],
  ): Promise<readonly Refused[]> => refuseRecorded(world, auction, act, [422, rules], others);

  it('refuses a bid without purchase, by r. 9(2), and says until when the document can be bought', async () => {
    const auction = await Auction.takeBids(world, [two, three]);
    const body = await auction.bidOf(one, '41.00');
    const rules = ['tender-was-purchased'];
    const inTime = await refuse(auction, { by: 'bidder1', command: 'submit-bid', body }, rules, ['bidder2', 'bidder3']);
    expect(inTime).toMatchObject([
      {
        ref: { act: RULES, provision: 'r. 9(2)' },
        found: 'none',
        required: 'a purchase of the tender document by your organisation',
        cure: { who: 'your organisation', how: 'buy the tender document', by: SCHEDULE.purchaseClosesAt },
      },
    ]);
    await auction.advanceTo(shift(SCHEDULE.purchaseClosesAt, 1));
    const purchase = { paymentReference: 'UTR late', amount: '300000.00' };
    const [late] = await refuse(
      auction,
      { by: 'bidder1', command: 'purchase-tender', body: purchase },
      ['purchase-is-in-time'],
      ['bidder2', 'bidder3'],
    );
    expect(late).toMatchObject({
      found: `received on ${say(shift(SCHEDULE.purchaseClosesAt, 1))}`,
      required: `received not later than ${say(SCHEDULE.purchaseClosesAt)}`,
      cure: { who: 'nobody', how: 'the sale of this document is over' },
    });
    const [never] = await refuse(auction, { by: 'bidder1', command: 'submit-bid', body }, rules, [
      'bidder2',
      'bidder3',
    ]);
    expect(never?.cure).toEqual({ who: 'nobody', how: 'the sale of the document is over' });
  });

  it('lets one bidder have one bid: the second replaces the first, also from another person and at one moment', async () => {
    const auction = await Auction.takeBids(world, [one, two, three]);
    const deputy = 'bidder1-deputy';
    await appointPerson(world, deputy, one.organisationId, 'bidder');
    for (const bidder of [two, three])
      await auction.must(bidder.name, 'submit-bid', await auction.bidOf(bidder, '50.00'));
    await auction.must('bidder1', 'submit-bid', await auction.bidOf(one, '91.17'));
    const [second, third] = [await auction.bidOf(one, '92.17'), await auction.bidOf(one, '93.17')];
    const both = await Promise.all([
      auction.give(deputy, 'submit-bid', second),
      auction.give('bidder1', 'submit-bid', third),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    const last = await auction.viewFor<{ own: { bid: { bidId: string } } }>('bidder1');
    await auction.advanceTo(shift(SCHEDULE.bidsDueAt, 1));
    expect((await auction.viewFor<OfficersView>('odisha')).bidsReceived).toBe(3);
    await auction.openTechnical();
    const standing = await auction.bids();
    const own = standing.filter(({ organisationId }) => organisationId === one.organisationId);
    expect(own.map(({ bidId }) => bidId)).toEqual([last.own.bid.bidId]);
    await auction.findOnAll();
    await auction.freeze();
    await auction.openPrices();
    // Only the envelope of the bid that stands is ever opened.
    const openings = readFileSync(join(world.dataDir, 'seal-keys', 'openings.log'), 'utf8')
      .trim()
      .split('\n');
    const { caseId, envelopes } = JSON.parse(openings.at(-1) ?? '') as { caseId: string; envelopes: readonly string[] };
    expect([caseId, [...envelopes].sort()]).toEqual([auction.id, standing.map(({ bidId }) => bidId).sort()]);
    const { openedOffers } = await auction.viewFor<{ openedOffers: readonly { percent: string }[] }>('odisha');
    const percents = openedOffers.map(({ percent }) => percent);
    expect(percents).toHaveLength(3);
    expect(percents.filter((percent) => percent === '92.17' || percent === '93.17')).toHaveLength(1);
    expect(percents).not.toContain('91.17');
  });

  it('refuses a bid that conceals a registered affiliate, by r. 9, and rejects both who declare each other', async () => {
    const parent = 'Sambalpur Demo Holdings Limited';
    const links = [{ relatedParty: parent, relation: 'SUBSIDIARY' }];
    const first = await makeBidder(world, 'sister1', { links });
    const second = await makeBidder(world, 'sister2', { links });
    const auction = await Auction.takeBids(world, [first, second, one, two, three]);
    for (const bidder of [first, second]) {
      const [concealed] = await refuse(
        auction,
        { by: bidder.name, command: 'submit-bid', body: await auction.bidOf(bidder, '70.00') },
        ['affiliates-are-declared'],
        ['bidder1', 'bidder2'],
      );
      expect(concealed).toMatchObject({
        ref: { act: RULES, provision: 'r. 9' },
        required: 'every registered affiliate declared',
        cure: { who: 'your organisation', by: SCHEDULE.bidsDueAt },
      });
      expect(String(concealed?.found)).toContain('not declared: ');
      await auction.must(bidder.name, 'submit-bid', await auction.bidOf(bidder, '70.00', { affiliates: [parent] }));
    }
    for (const bidder of [one, two, three])
      await auction.must(bidder.name, 'submit-bid', await auction.bidOf(bidder, '50.00'));
    await auction.advanceTo(shift(SCHEDULE.bidsDueAt, 1));
    await auction.openTechnical();
    await auction.findOnAll();
    await auction.freeze();
    await auction.openPrices();
    expect(await auction.viewFor('odisha')).toMatchObject({ technicallyQualified: 3, qualified: 3 });
    for (const { name } of [first, second]) {
      expect(await auction.viewFor(name)).toMatchObject({
        own: { initialOffer: { percent: null, qualified: false, rejection: 'AFFILIATE' } },
      });
    }
  });

  it('takes a bid at the very due time and refuses one a second late, by r. 9(4)', async () => {
    const auction = await Auction.takeBids(world, [one, two, three]);
    for (const bidder of [one, two])
      await auction.must(bidder.name, 'submit-bid', await auction.bidOf(bidder, '50.00'));
    const body = await auction.bidOf(three, '99.00');
    await auction.advanceTo(SCHEDULE.bidsDueAt);
    await auction.must('bidder3', 'submit-bid', body);
    await auction.advanceTo(shift(SCHEDULE.bidsDueAt, 1));
    for (const command of ['submit-bid', 'withdraw-bid']) {
      const [late] = await refuseRecorded(
        world,
        auction,
        { by: 'bidder3', command, body: command === 'submit-bid' ? body : {} },
        [409, ['state-allows']],
        ['bidder1', 'bidder2', 'odisha'],
      );
      expect(late).toMatchObject({
        ref: { act: RULES, provision: 'r. 9(4)' },
        found: '“Bids are in; the technical bids wait for their opening”',
        required: '“Open for bids”',
        cure: { who: 'nobody', how: 'this can no longer happen in this case' },
      });
    }
  });

  it('refuses a paper that another organisation has stored, and tells nothing of it', async () => {
    const auction = await Auction.takeBids(world, [one, two]);
    const own = (await auction.bidOf(one, '41.00')) as { documents: { kind: string; documentId: string }[] };
    const unknown = 'ab'.repeat(32);
    for (const documentId of [two.documentId, unknown]) {
      const documents = own.documents.map((paper, index) => (index === 0 ? { ...paper, documentId } : paper));
      const [foreign] = await refuseRecorded(
        world,
        auction,
        { by: 'bidder1', command: 'submit-bid', body: { ...own, documents } },
        [422, ['documents-are-own']],
        ['bidder2'],
      );
      // Whether it is somebody else's or nobody's is not told: the id says the same of both.
      expect(foreign).toMatchObject({
        ref: { act: POLICY, provision: 'block auction, documents' },
        found: `1 document that your organisation has not stored: ${documentId.slice(0, 12)}…`,
        required: 'stored documents of your own organisation',
        cure: { who: 'your organisation' },
      });
      expect(JSON.stringify(foreign)).not.toContain(two.organisationId);
    }
    const mine = itemsOf<{ id: string }>(
      await (await world.as('bidder1')).get('/v1/documents').then(expectStatus(200)),
    );
    expect(mine.map(({ id }) => id)).not.toContain(two.documentId);
  });

  it('refuses a corrigendum that shortens the study period, by r. 9(3), or brings another date forward', async () => {
    const auction = await Auction.publish(world);
    const text = 'The dates are brought forward because the financial year ends.';
    const shorter = shift(SCHEDULE.studyEndsAt, -1);
    const [study] = await refuse(
      auction,
      { by: 'odisha', command: 'issue-corrigendum', body: { text, studyEndsAt: shorter } },
      ['study-period-is-not-shortened'],
      ['bidder1', 'bidder2'],
    );
    expect(study).toMatchObject({
      ref: { act: RULES, provision: 'r. 9(3)' },
      found: `the end of the study period: ${say(shorter)}`,
      required: `${say(SCHEDULE.studyEndsAt)} or later`,
      cure: { how: 'issue the corrigendum with other dates' },
    });
    const due = shift(SCHEDULE.bidsDueAt, -3_600);
    const [forward] = await refuse(
      auction,
      { by: 'odisha', command: 'issue-corrigendum', body: { text, bidsDueAt: due } },
      ['dates-are-not-brought-forward'],
      ['bidder1', 'bidder2'],
    );
    expect(forward).toMatchObject({
      found: `the due time of the bids: ${say(due)}`,
      required: `${say(SCHEDULE.bidsDueAt)} or later`,
    });
  });

  it('answers who has no business with it 403 or 404, and what is malformed 400, without a word in the record', async () => {
    const auction = await Auction.takeBids(world, [one, two]);
    const body = await auction.bidOf(one, '41.00');
    const others = ['bidder1', 'bidder2', 'odisha'];
    const act = { command: 'submit-bid', body };
    for (const by of ['odisha', 'chair', 'administrator', 'operator', 'auditor', 'agency']) {
      await refuseUnrecorded(world, auction, { ...act, by }, 403, others);
    }
    const nearly = '9753124';
    for (const initialPriceOffer of [
      `${nearly}`,
      `${nearly}.005`,
      `-${nearly}.00`,
      `0${nearly}.00`,
      9753124,
      [nearly],
    ]) {
      const wrong = { ...act, by: 'bidder1', body: { ...body, initialPriceOffer } };
      const answer = await refuseUnrecorded(world, auction, wrong, 400, others);
      // The field is named; what nearly was a price is not said again.
      expect(JSON.stringify(answer.body)).toContain('initialPriceOffer');
      expect(JSON.stringify(answer.body)).not.toContain(nearly);
    }
    const draft = await Auction.draft(world);
    await refuseUnrecorded(world, draft, { ...act, by: 'bidder1' }, 404, []);
  });
});
