import { addDays, localDateAt, parseInstant } from '#case-kit';
import { onDay, planDates, shift, type AuctionDates } from './auction-dates.js';
import { ApiRefused } from './api-client.js';
import { inParallel } from './in-parallel.js';
import { AMPLE_NET_WORTH, type DrivenBidder } from './bidders.js';
import type { People } from './people.js';
import { RehearsalCase, type View } from './rehearsal-case.js';

/** Who acts for the authority and the committee, as `People.as` knows them. */
export interface AuctionOfficials {
  readonly officer: string;
  readonly approver: string;
  readonly chair: string;
  readonly member: string;
  readonly operator: string;
}

/** What the people of a rehearsal write where a form wants words of theirs. */
export interface AuctionWording {
  /** Before the log-in of a bidder: the reference of its payment. */
  readonly payment: string;
  readonly bank: string;
  /** Why the committee finds as it does. */
  readonly finding: string;
  /** How the committee looked for affiliates. */
  readonly screening: string;
  /** Rupees that the committee assesses. */
  readonly assessedNetWorth: string;
}

export interface AuctionPlan {
  readonly dates: AuctionDates;
  /** What the draft says besides its dates; whatever is left out is as in a mining lease of practice. */
  readonly draft?: Readonly<Record<string, unknown>>;
  readonly officials?: Partial<AuctionOfficials>;
  readonly wording?: Partial<AuctionWording>;
}

export interface InitialBid {
  readonly bidder: DrivenBidder;
  /** Initial price offer, percentage with two decimals. */
  readonly percent: string;
}

const PLURAL = 'block-auctions';

const OFFICIALS: AuctionOfficials = {
  officer: 'odisha',
  approver: 'approving',
  chair: 'chair',
  member: 'member',
  operator: 'operator',
};

const DRAFT = {
  blockId: 'PRACTICE-ML-STATE',
  scheme: 'mining-lease',
  attempt: 'FIRST',
  bound: '20.00',
  tenderFee: '300000.00',
} as const;

/** Papers that every technical bid holds, by kind. */
const PAPERS = [
  'BID_LETTER',
  'POWER_OF_ATTORNEY',
  'AFFIDAVIT',
  'NET_WORTH_CERTIFICATE',
  'INCORPORATION',
  'BID_SECURITY',
  'AFFILIATE_DECLARATION',
] as const;

const WORDING: AuctionWording = {
  payment: 'UTR',
  bank: 'State Bank of India, Bhubaneswar',
  finding: 'Papers complete, guarantee confirmed by the bank, net worth above that of Schedule I.',
  screening: 'Declarations and registers were compared for all bidders.',
  assessedNetWorth: AMPLE_NET_WORTH,
};
/** So many commands of different people are on their way at once. */
const ABREAST = 6;
/** A bank guarantee stands a year beyond the due date of the bids. */
const GUARANTEE_DAYS = 365;

/** One attempt at a block, in rehearsal, step by step. */
export class RehearsalAuction extends RehearsalCase {
  private constructor(
    people: People,
    id: string,
    readonly plan: AuctionPlan,
    readonly officials: AuctionOfficials,
    private readonly wording: AuctionWording,
  ) {
    super(people, id, PLURAL, officials.officer);
  }

  static async draft(people: People, plan: AuctionPlan): Promise<RehearsalAuction> {
    const officials = { ...OFFICIALS, ...plan.officials };
    const caseId = await RehearsalCase.open(people, PLURAL, {
      by: officials.officer,
      startsAt: plan.dates.draftedAt,
      form: { ...DRAFT, ...plan.dates.tender, ...plan.draft },
    });
    return new RehearsalAuction(people, caseId, plan, officials, { ...WORDING, ...plan.wording });
  }

  /** A whole first round, up to a second round that is under way; in it nobody has offered yet. */
  static async callOpen(
    people: People,
    bids: readonly InitialBid[],
    plan: AuctionPlan = { dates: planDates(onDay('2026-12-01T00:00:00+05:30', 0, 11)) },
  ): Promise<RehearsalAuction> {
    const auction = await RehearsalAuction.draft(people, plan);
    await auction.publish();
    await auction.purchaseAll(bids.map(({ bidder }) => bidder));
    await auction.advanceTo(plan.dates.bidsSentAt);
    await auction.bidAll(bids);
    await auction.advanceTo(plan.dates.openedAt);
    await auction.openTechnical();
    await auction.findOnAll();
    await auction.freeze();
    await auction.openPrices();
    await auction.schedule(plan.dates.roundStartsAt);
    await auction.advanceToRound();
    return auction;
  }

  /** What falls due at an instant happens after it: at the instant itself whoever is in time is in time. */
  async advanceToRound(startsAt: string = this.plan.dates.roundStartsAt): Promise<void> {
    await this.advanceTo(shift(startsAt, 1));
  }

  async publish(): Promise<void> {
    const { officer, approver } = this.officials;
    await this.giveByTwo(officer, approver, 'publish-notice');
  }

  /** The tender document is bought for the fee that this bidder owes. */
  async purchase({ login }: DrivenBidder): Promise<void> {
    const { own } = await this.view<{ readonly own: { readonly feeDue: string } }>(login);
    const paymentReference = `${this.wording.payment} ${login}`.slice(0, 64);
    await this.give(login, 'purchase-tender', { paymentReference, amount: own.feeDue });
  }

  async purchaseAll(bidders: readonly DrivenBidder[]): Promise<void> {
    await inParallel(bidders, ABREAST, (bidder) => this.purchase(bidder));
  }

  async bidAll(bids: readonly InitialBid[]): Promise<void> {
    await inParallel(bids, ABREAST, ({ bidder, percent }) => this.bid(bidder, percent));
  }

  /** A bid that every rule passes, unless it is changed. */
  async bid({ login, documentId }: DrivenBidder, percent: string, changes: object = {}): Promise<View> {
    const { terms, schedule } = await this.view<{
      readonly terms: { readonly bidSecurity: string };
      readonly schedule: { readonly bidsDueAt: string };
    }>(login);
    return await this.give(login, 'submit-bid', {
      initialPriceOffer: percent,
      documents: PAPERS.map((kind) => ({ kind, documentId })),
      security: {
        guaranteeNumber: guaranteeOf(login),
        bank: this.wording.bank,
        amount: terms.bidSecurity,
        expiresOn: addDays(localDateAt(parseInstant(schedule.bidsDueAt)), GUARANTEE_DAYS),
      },
      affiliates: [],
      ...changes,
    });
  }

  async openTechnical(): Promise<void> {
    await this.giveByTwo(this.officials.chair, this.officials.member, 'open-technical');
  }

  /** The committee passes every bid but those of the bidders named, and finds no affiliates among the bidders. */
  async findOnAll(failing: readonly DrivenBidder[] = []): Promise<void> {
    const { chair, member } = this.officials;
    const { finding: reason, screening: method, assessedNetWorth } = this.wording;
    const { bids } = await this.view<{
      readonly bids: readonly { readonly bidId: string; readonly organisationId: string }[];
    }>(chair);
    await inParallel(bids, ABREAST, async ({ bidId, organisationId }) => {
      const fails = failing.some((bidder) => bidder.organisationId === organisationId);
      const result = fails ? { result: 'FAILED', grounds: ['DOCUMENTS_MISSING'] } : { result: 'PASSED' };
      await this.give(member, 'record-finding', { bidId, assessedNetWorth, reason, ...result });
    });
    await this.give(member, 'record-screening', { links: [], method });
  }

  async freeze(): Promise<void> {
    await this.giveByTwo(this.officials.chair, this.officials.approver, 'freeze-evaluation');
  }

  async openPrices(): Promise<void> {
    await this.giveByTwo(this.officials.chair, this.officials.member, 'open-prices');
  }

  async schedule(startsAt: string = this.plan.dates.roundStartsAt): Promise<void> {
    await this.give(this.officials.officer, 'schedule-round-two', { startsAt });
  }

  async offer({ login }: DrivenBidder, percent: string, changes: object = {}): Promise<View> {
    return await this.give(login, 'final-offer', { percent, ...changes });
  }

  /** An offer that is meant: where the platform asks for it, it is repeated in figures and in words as it asks. */
  async offerFirmly(bidder: DrivenBidder, percent: string): Promise<View> {
    return await this.offer(bidder, percent).catch(async (error: unknown) => {
      const refusal = error instanceof ApiRefused ? error.findRefusal('far-offer-is-repeated') : undefined;
      if (refusal === undefined) throw error;
      return await this.offer(bidder, percent, { repeated: refusal.required });
    });
  }

  /** An outage: the round stands still, and its time is given back from the beginning of the outage. */
  async pause(outageBeganAt: string, reason: string): Promise<void> {
    await this.give(this.officials.operator, 'pause-round-two', { outageBeganAt, reason });
  }

  async announceResumption(resumesAt: string): Promise<void> {
    await this.give(this.officials.operator, 'announce-resumption', { resumesAt });
  }

  /** Moves the clock past the end of the round, extensions included; the preferred bidder is declared by the clock. */
  async closeRound(): Promise<void> {
    const { round } = await this.view<{ readonly round: { readonly closesAt?: string } | null }>();
    if (round?.closesAt === undefined) throw new TypeError(`the second round of ${this.id} is not under way`);
    await this.advanceTo(shift(round.closesAt, 1));
  }

  async returnSecurity({ login, organisationId }: DrivenBidder, returnedOn: string): Promise<void> {
    await this.give(this.officials.officer, 'return-security', {
      organisationId,
      guaranteeNumber: guaranteeOf(login),
      returnedOn,
      reference: 'Letter 88 to the bank',
    });
  }

  async conclude(): Promise<void> {
    await this.give(this.officials.officer, 'conclude');
  }
}

function guaranteeOf(login: string): string {
  return `BG/${login}`.slice(0, 64);
}
