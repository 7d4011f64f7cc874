import { openApiWorld, type ApiWorld } from '../support/api-world.js';
import { makeBidder, type Bidder } from '../support/auction-bidders.js';
import { Auction, refusedBy, ROUND_STARTS_AT, shift, STARTS_AT, type Refused } from '../support/auction-story.js';
import { expectStatus, itemsOf } from '../support/client.js';

interface Due {
  readonly event: string;
  readonly at: string;
}

const ORDER = 'W.P.(C) 1234/2026, order of the High Court of Orissa';
const DAY = 86_400;

type Attempt = readonly [name: string, command: string, body?: object];

/** An auction whose clock the test moves, and which a court stays for a day at a time. */
class StayedAuction {
  constructor(
    private readonly world: ApiWorld,
    readonly auction: Auction,
    public now: string,
  ) {}

  /** Of the auction itself: how long a proposal waits for its second person is no time of the law. */
  async dueDates(): Promise<readonly Due[]> {
    const officer = await this.world.as('odisha');
    const answer = await officer.get(`/v1/cases/${this.auction.id}/due-dates`).then(expectStatus(200));
    return itemsOf<Due>(answer).filter(({ event }) => event !== 'engine.expire-proposal');
  }

  async advanceTo(to: string): Promise<void> {
    await this.auction.advanceTo(to);
    this.now = to;
  }

  /** Stays the case for a day while somebody tries something, and shows that nothing but time was lost. */
  async stayWhile(status: string, attempts: readonly Attempt[]): Promise<void> {
    const { auction } = this;
    expect(await auction.statusFor('odisha')).toBe(status);
    const before = await this.dueDates();
    const placed = await auction.must('odisha', 'place-hold', { kind: 'court-stay', orderReference: ORDER });
    const { holds } = (placed.body as { case: { holds: { id: string; standing: boolean }[] } }).case;
    const holdId = holds.find(({ standing }) => standing)?.id;
    for (const [name, command, body] of attempts) {
      const answer = await auction.give(name, command, body);
      expect([command, ...refusedBy(answer)]).toEqual([command, 409, ['no-hold-stands']]);
      const [refusal] = (answer.body as { refusals: readonly Refused[] }).refusals;
      expect(refusal).toMatchObject({
        ref: { act: 'Order', provision: ORDER },
        found: expect.stringContaining('a stay by a court') as string,
      });
      expect(refusal?.cure.how).toContain('vacates');
    }
    expect(await this.dueDates()).toEqual([]);
    await this.advanceTo(shift(this.now, DAY));
    expect(await auction.statusFor('odisha')).toBe(status);
    await auction.must('odisha', 'release-hold', { holdId, orderReference: `${ORDER}, vacated` });
    expect(await this.dueDates()).toEqual(before.map((due) => ({ ...due, at: shift(due.at, DAY) })));
  }
}

/**
 * One auction that a court stays in every one of its stages: nothing is done in it meanwhile, its clocks stand still,
 * and afterwards it has as much time left as it had before.
 */
describe('an auction that a court stays in each of its stages', () => {
  let world: ApiWorld;
  let auction: Auction;
  let stayed: StayedAuction;
  let one: Bidder;
  let two: Bidder;
  let three: Bidder;

  beforeAll(async () => {
    world = await openApiWorld();
    one = await makeBidder(world, 'bidder1');
    two = await makeBidder(world, 'bidder2');
    three = await makeBidder(world, 'bidder3');
    auction = await Auction.draft(world);
    stayed = new StayedAuction(world, auction, STARTS_AT);
  }, 60_000);
  afterAll(() => world.close());

  const dueDates = (): Promise<readonly Due[]> => stayed.dueDates();
  const advanceTo = (to: string): Promise<void> => stayed.advanceTo(to);
  const stayWhile = (status: string, attempts: readonly Attempt[]): Promise<void> => stayed.stayWhile(status, attempts);

  it('holds the draft', async () => {
    await stayWhile('Draft notice', [
      ['odisha', 'publish-notice'],
      ['odisha', 'annul', annulmentOf('ADMINISTRATIVE')],
    ]);
    await auction.giveByTwo('publish-notice', 'odisha', 'approving');
  });

  it('holds the sale and the study period', async () => {
    const purchase = await auction.purchaseOf('bidder1');
    await stayWhile('Tender document on sale; study period', [
      ['bidder1', 'purchase-tender', purchase],
      ['odisha', 'issue-corrigendum', { text: 'The dates are moved.', bidsDueAt: '2027-02-01T17:00:00+05:30' }],
    ]);
    for (const name of ['bidder1', 'bidder2', 'bidder3']) {
      await auction.must(name, 'purchase-tender', await auction.purchaseOf(name));
    }
    const [studyEnds] = await dueDates();
    expect(studyEnds).toMatchObject({ event: 'END_STUDY_PERIOD', at: '2027-01-06T17:00:00+05:30' });
    await advanceTo('2027-01-07T11:00:00+05:30');
  });

  it('holds the bidding, and a bid in time by the moved date is in time', async () => {
    await auction.must('bidder1', 'submit-bid', await auction.bidOf(one, '41.00'));
    await auction.must('bidder2', 'submit-bid', await auction.bidOf(two, '63.55'));
    await stayWhile('Open for bids', [
      ['bidder3', 'submit-bid', await auction.bidOf(three, '55.00')],
      ['bidder1', 'withdraw-bid'],
    ]);
    const [due] = await dueDates();
    expect(due).toMatchObject({ event: 'CLOSE_BIDDING', at: '2027-01-27T17:00:00+05:30' });
    await advanceTo('2027-01-27T17:00:00+05:30');
    await auction.must('bidder3', 'submit-bid', await auction.bidOf(three, '55.00'));
    await advanceTo('2027-01-28T11:00:00+05:30');
  });

  it('holds the opening of the technical bids', async () => {
    await stayWhile('Bids are in; the technical bids wait for their opening', [['chair', 'open-technical']]);
    await auction.openTechnical();
  });

  it('holds the evaluation', async () => {
    const [bid] = await auction.bids();
    const finding = { bidId: bid?.bidId, result: 'PASSED', assessedNetWorth: '9000000000.00', reason: 'x'.repeat(30) };
    await stayWhile('Technical bids are being evaluated', [
      ['member', 'record-finding', finding],
      ['chair', 'freeze-evaluation'],
    ]);
    await auction.findOnAll();
    await auction.freeze();
  });

  it('holds the opening of the prices, also one that was proposed before the stay', async () => {
    const proposalId = await auction.propose('chair', 'open-prices');
    await stayWhile('Evaluation frozen; the prices wait for their opening', [
      ['member', 'confirm-proposal', { proposalId }],
    ]);
    await auction.must('member', 'confirm-proposal', { proposalId });
  });

  it('holds the scheduling of the second round and, once announced, its beginning', async () => {
    const startsAt = '2027-02-10T11:00:00+05:30';
    await stayWhile('Bidders are qualified; the second round is to be scheduled', [
      ['odisha', 'schedule-round-two', { startsAt }],
    ]);
    await auction.must('odisha', 'schedule-round-two', { startsAt });
    await stayWhile('Second round announced', [['odisha', 'schedule-round-two', { startsAt: ROUND_STARTS_AT }]]);
    await advanceTo('2027-02-11T11:00:01+05:30');
  });

  it('holds the second round in its midst, and gives the minutes back that were left', async () => {
    expectStatus(200)(await auction.offer(one, '64.00'));
    await advanceTo('2027-02-11T12:55:00+05:30');
    expectStatus(200)(await auction.offer(two, '64.05'));
    await stayWhile('Second round under way', [
      ['bidder3', 'final-offer', { percent: '64.10' }],
      ['bidder1', 'report-mistake', { percent: '64.00', explanation: 'It was a slip of the finger.' }],
      ['odisha', 'annul', annulmentOf('IRREGULARITY')],
    ]);
    const [due] = await dueDates();
    expect(due).toMatchObject({ event: 'CLOSE_ROUND_TWO', at: '2027-02-12T13:03:00+05:30' });
  });

  it('holds the paused round', async () => {
    await auction.must('operator', 'pause-round-two', {
      outageBeganAt: stayed.now,
      reason: 'The network failed anew.',
    });
    await stayWhile('Second round paused', [
      ['operator', 'announce-resumption', { resumesAt: shift(stayed.now, 2 * DAY) }],
    ]);
    const resumesAt = shift(stayed.now, 3_600);
    await auction.must('operator', 'announce-resumption', { resumesAt });
    await stayWhile('Second round paused', []);
    await advanceTo(shift(resumesAt, DAY + 1));
    expect(await auction.statusFor()).toBe('Second round under way');
    await advanceTo(shift(stayed.now, 3_600));
  });

  it('holds what follows the declaration, and an annulment', async () => {
    const returned = {
      organisationId: one.organisationId,
      guaranteeNumber: 'BG/bidder1',
      returnedOn: '2027-02-10',
      reference: 'Letter 88 to the bank',
    };
    await stayWhile('Preferred bidder declared', [
      ['odisha', 'return-security', returned],
      ['odisha', 'conclude'],
    ]);
    await auction.giveByTwo('annul', 'odisha', 'approving', annulmentOf('COURT_ORDER'));
    await stayWhile('Annulled', [['odisha', 'return-security', returned]]);
    await auction.must('odisha', 'return-security', returned);
  });

  it('is restored by a judgment that sets the annulment aside, by an act of two with the judgment', async () => {
    const judgment = {
      orderReference: 'W.P.(C) 1234/2026, judgment of 2027-03-01',
      document: 'file 12/2027',
      targetState: 'preferredBidderDeclared',
    };
    await auction.giveByTwo('set-aside', 'odisha', 'approving', judgment);
    expect(await auction.viewFor()).toMatchObject({
      status: 'Preferred bidder declared',
      preferredBidder: { organisation: two.organisationId, percent: '64.05' },
    });
    // Every stay, the outage and the order are in the protocol, so that the result can be computed from it.
    const { differences, notes } = await auction.recount();
    expect(differences).toEqual([]);
    expect(notes).toMatchObject([expect.stringContaining('judgment of 2027-03-01')]);
  });

  it('holds the decision whether a second attempt goes on with one bidder, also one that was proposed', async () => {
    const first = await Auction.evaluate(world, [
      [one, '41.00'],
      [two, '63.55'],
    ]);
    await first.openPrices();
    const lineage = { attempt: 'SECOND', previousCaseId: first.id };
    const second = await Auction.evaluate(world, [[one, '42.00']], lineage);
    await second.openPrices();
    const waiting = new StayedAuction(world, second, '2027-01-27T11:00:00+05:30');
    const reason = 'One bidder is qualified; a third notice would cost a year and promises no more of them.';
    const proposalId = await second.propose('odisha', 'decide-to-proceed', { reason });
    await waiting.stayWhile('The authority decides whether the attempt goes on', [
      ['odisha', 'decide-to-proceed', { reason }],
      ['approving', 'confirm-proposal', { proposalId }],
      ['odisha', 'annul', annulmentOf('AUTHORITY_DECIDED')],
    ]);
    await second.must('approving', 'confirm-proposal', { proposalId });
    expect(await second.statusFor()).toBe('Bidders are qualified; the second round is to be scheduled');
  });

  it('has each order and each release in the record that all the world reads', async () => {
    const record = itemsOf<{ kind: string; command: string }>(
      await world.anybody.get(`/v1/cases/${auction.id}/transitions?limit=200`).then(expectStatus(200)),
    );
    const held = record.filter(({ command }) => command === 'engine.place-hold').length;
    const released = record.filter(({ command }) => command === 'engine.release-hold').length;
    expect([held, released]).toEqual([12, 12]);
    const { holds } = (await auction.seenBy()).body as { holds: { orderReference: string }[] };
    expect(holds.every(({ orderReference }) => orderReference.startsWith('W.P.(C) 1234/2026'))).toBe(true);
  });
});

function annulmentOf(ground: string): object {
  const reason = 'The order of the court leaves no other way than this one.';
  return { ground, provision: 'W.P.(C) 1234/2026, judgment', reason };
}
