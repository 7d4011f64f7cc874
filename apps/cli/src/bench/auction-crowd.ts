import { Percent } from '#case-kit';
import { ApiClient } from '../drive/api-client.js';
import { onDay, planDates, shift } from '../drive/auction-dates.js';
import { makeBidder, type DrivenBidder } from '../drive/bidders.js';
import { People } from '../drive/people.js';
import { RehearsalAuction } from '../drive/rehearsal-auction.js';
import { logIn } from './http-client.js';
import { OfferLadder } from './offer-ladder.js';

/** Requests of the set-up that are under way at a time. */
const AT_ONCE = 16;
/** Five different offers: by the Rules everybody who made one of the five best goes on, however many they are. */
const INITIAL_OFFERS = ['40.00', '45.00', '50.00', '55.00', '60.00'];
const DAY_LONG_MINUTES = 1_440;
const DATES = planDates(onDay('2026-12-01T00:00:00+05:30', 0, 11));

interface Round {
  readonly floor: string;
  readonly closesAt: string;
}

/** A rehearsal with many bidders whose second round is under way, set up over HTTP as people would. */
export class AuctionCrowd {
  readonly ladder: OfferLadder;

  private constructor(
    private readonly auction: RehearsalAuction,
    /** Access tokens of its bidders, one each. */
    readonly bidders: readonly string[],
    ladder: OfferLadder,
  ) {
    this.ladder = ladder;
  }

  static async gather(url: string, count: number): Promise<AuctionCrowd> {
    const people = new People(new ApiClient(url));
    const wanted = Array.from({ length: count }, (_, index) => ({
      login: `bidder-${index}@bench.example`,
      legalName: `Bench Company ${index} Limited`,
    }));
    const bidders = await inTurns(wanted, (each) => makeBidder(people, each));
    const auction = await openRound(people, bidders);
    const { round, terms } = await auction.view<{ round: Round; terms: { step: string } }>();
    const tokens = await inTurns(bidders, ({ login }) => logIn(url, login));
    return new AuctionCrowd(auction, tokens, new OfferLadder(Percent.parse(round.floor), Percent.parse(terms.step)));
  }

  get caseId(): string {
    return this.auction.id;
  }

  get offerPath(): string {
    return `${this.auction.path}/final-offer`;
  }

  /** Moves the rehearsal's clock to the last second before the round closes. */
  async enterLastSecond(): Promise<void> {
    const { round } = await this.auction.view<{ round: Round }>();
    await this.auction.advanceTo(shift(round.closesAt, -1));
  }

  /** People who may look on: auditors, with an access token each. */
  async appointAuditors(url: string, count: number): Promise<readonly string[]> {
    const organisation = { kind: 'audit', name: 'Audit office of the bench' } as const;
    const emails = Array.from({ length: count }, (_, index) => `auditor-${index}@bench.example`);
    return await inTurns(emails, async (email) => {
      await this.auction.people.appoint({ email, name: `Auditor ${email}`, role: 'auditor', organisation });
      return await logIn(url, email);
    });
  }
}

/** The steps of `RehearsalAuction.callOpen`, the bidders side by side and not one after another. */
async function openRound(people: People, bidders: readonly DrivenBidder[]): Promise<RehearsalAuction> {
  const plan = { dates: DATES, draft: { roundTwoMinutes: DAY_LONG_MINUTES } };
  const auction = await RehearsalAuction.draft(people, plan);
  await auction.publish();
  await inTurns(bidders, (bidder) => auction.purchase(bidder));
  await auction.advanceTo(DATES.bidsSentAt);
  await inTurns(bidders, (bidder, index) => auction.bid(bidder, INITIAL_OFFERS[index % INITIAL_OFFERS.length] ?? ''));
  await auction.advanceTo(DATES.openedAt);
  await auction.openTechnical();
  await auction.findOnAll();
  await auction.freeze();
  await auction.openPrices();
  await auction.schedule();
  await auction.advanceToRound();
  return auction;
}

/** Does the work for every item, a few at a time, and answers in the order of the items. */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (;;) {
        const index = next;
        next += 1;
        const item = items[index];
        if (item === undefined) return;
        results[index] = await work(item, index);
      }
    }),
  );
  return results;
}
