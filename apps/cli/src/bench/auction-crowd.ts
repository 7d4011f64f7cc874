import { Percent } from '#case-kit';
import { ApiClient } from '../drive/api-client.js';
import { onDay, planDates, shift } from '../drive/auction-dates.js';
import { makeBidder } from '../drive/bidders.js';
import { inParallel } from '../drive/in-parallel.js';
import { People } from '../drive/people.js';
import { RehearsalAuction } from '../drive/rehearsal-auction.js';
import { logIn } from './http-client.js';
import { OfferLadder } from './offer-ladder.js';

/** People of the set-up who are made at a time. */
const ABREAST = 16;
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
    const bidders = await inParallel(wanted, ABREAST, (each) => makeBidder(people, each));
    const bids = bidders.map((bidder, index) => ({
      bidder,
      percent: INITIAL_OFFERS[index % INITIAL_OFFERS.length] ?? '',
    }));
    const plan = { dates: DATES, draft: { roundTwoMinutes: DAY_LONG_MINUTES } };
    const auction = await RehearsalAuction.callOpen(people, bids, plan);
    const { round, terms } = await auction.view<{ round: Round; terms: { step: string } }>();
    const tokens = await inParallel(bidders, ABREAST, ({ login }) => logIn(url, login));
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
    const emails = Array.from({ length: count }, (_, index) => `auditor-${index}@bench.example`);
    const appoint = async (email: string): Promise<string> => {
      const organisation = { kind: 'audit', name: 'Audit office of the bench' } as const;
      await this.auction.people.appoint({ email, name: `Auditor ${email}`, role: 'auditor', organisation });
      return await logIn(url, email);
    };
    // The first one finds that their office has to be made; the others find it there.
    const [first, ...others] = emails;
    if (first === undefined) return [];
    return [await appoint(first), ...(await inParallel(others, ABREAST, appoint))];
  }
}
