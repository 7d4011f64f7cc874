import type { Response } from 'supertest';
import { formatInstant, parseInstant } from '#case-kit';
import { recount, type Recounted } from '../../scripts/recount.mjs';
import type { ApiWorld } from './api-world.js';
import type { Bidder } from './auction-bidders.js';
import { expectStatus } from './client.js';

export const STARTS_AT = '2026-12-01T11:00:00+05:30';
export const SCHEDULE = {
  queriesCloseAt: '2026-12-15T17:00:00+05:30',
  repliesDueAt: '2026-12-22T17:00:00+05:30',
  studyEndsAt: '2027-01-05T17:00:00+05:30',
  purchaseClosesAt: '2027-01-20T17:00:00+05:30',
  bidsDueAt: '2027-01-25T17:00:00+05:30',
} as const;
export const DRAFT = {
  blockId: 'PRACTICE-ML-STATE',
  scheme: 'mining-lease',
  attempt: 'FIRST',
  bound: '20.00',
  tenderFee: '300000.00',
  ...SCHEDULE,
} as const;
export const PAPERS = [
  'BID_LETTER',
  'POWER_OF_ATTORNEY',
  'AFFIDAVIT',
  'NET_WORTH_CERTIFICATE',
  'INCORPORATION',
  'BID_SECURITY',
  'AFFILIATE_DECLARATION',
] as const;
export const ROUND_STARTS_AT = '2027-02-10T11:00:00+05:30';
/** What falls due at an instant happens after it: at the instant itself whoever is in time is in time. */
export const ROUND_IS_LIVE_AT = '2027-02-10T11:00:01+05:30';
export const REASON = 'Papers complete, guarantee confirmed by the bank, net worth above that of Schedule I.';
export const SCREENING = { links: [], method: 'Declarations and registers were compared for all bidders.' };

export interface Refused {
  readonly rule: string;
  readonly ref: { readonly act: string; readonly provision: string };
  readonly found: unknown;
  readonly required: unknown;
  readonly cure: { readonly who: string; readonly how: string; readonly by?: string };
}

interface ShownBid {
  readonly bidId: string;
  readonly organisationId: string;
}

/** What an answer refuses: its status, and the rules that said no. */
export function refusedBy(answer: Response): readonly [number, readonly string[]] {
  const { refusals = [] } = answer.body as { refusals?: readonly Refused[] };
  return [answer.status, refusals.map(({ rule }) => rule)];
}

/** Seconds after (or before) an instant. */
export const shift = (instant: string, seconds: number): string =>
  formatInstant(parseInstant(instant) + seconds * 1000);

/** One attempt at a practice block in rehearsal, told over HTTP step by step. */
export class Auction {
  private constructor(
    private readonly world: ApiWorld,
    readonly id: string,
    /** Who conducts it. */
    readonly officer: string,
  ) {}

  get path(): string {
    return `/v1/block-auctions/${this.id}`;
  }

  /** Drafted by the officer of Odisha unless another is named. */
  static async draft(world: ApiWorld, changes: object = {}, officer = 'odisha'): Promise<Auction> {
    const opened = await (
      await world.as(officer)
    )
      .command(`/v1/block-auctions?rehearsalStartsAt=${encodeURIComponent(STARTS_AT)}`, { ...DRAFT, ...changes })
      .then(expectStatus(201));
    return new Auction(world, (opened.body as { caseId: string }).caseId, officer);
  }

  /** The document is on sale. */
  static async publish(world: ApiWorld, changes: object = {}, officer = 'odisha'): Promise<Auction> {
    const auction = await Auction.draft(world, changes, officer);
    await auction.giveByTwo('publish-notice', officer, 'approving');
    return auction;
  }

  /** The study period is over, the bidders have bought the document. */
  static async takeBids(
    world: ApiWorld,
    buyers: readonly Bidder[],
    changes: object = {},
    officer = 'odisha',
  ): Promise<Auction> {
    const auction = await Auction.publish(world, changes, officer);
    for (const { name } of buyers) await auction.must(name, 'purchase-tender', await auction.purchaseOf(name));
    await auction.advanceTo('2027-01-06T11:00:00+05:30');
    return auction;
  }

  /** Bids are in and the due time is past. */
  static async closeBids(
    world: ApiWorld,
    bids: readonly (readonly [Bidder, string])[],
    changes: object = {},
    officer = 'odisha',
  ): Promise<Auction> {
    const auction = await Auction.takeBids(
      world,
      bids.map(([bidder]) => bidder),
      changes,
      officer,
    );
    for (const [bidder, percent] of bids)
      await auction.must(bidder.name, 'submit-bid', await auction.bidOf(bidder, percent));
    await auction.advanceTo('2027-01-27T11:00:00+05:30');
    return auction;
  }

  /** The committee has found on every bid, and the evaluation is frozen. */
  static async evaluate(
    world: ApiWorld,
    bids: readonly (readonly [Bidder, string])[],
    changes: object = {},
    officer = 'odisha',
  ): Promise<Auction> {
    const auction = await Auction.closeBids(world, bids, changes, officer);
    await auction.openTechnical();
    await auction.findOnAll();
    await auction.freeze();
    return auction;
  }

  /** The second round is under way since eleven. */
  static async callOpen(
    world: ApiWorld,
    bids: readonly (readonly [Bidder, string])[],
    changes: object = {},
    officer = 'odisha',
  ): Promise<Auction> {
    const auction = await Auction.evaluate(world, bids, changes, officer);
    await auction.openPrices();
    await auction.must(officer, 'schedule-round-two', { startsAt: ROUND_STARTS_AT });
    await auction.advanceTo(ROUND_IS_LIVE_AT);
    return auction;
  }

  /** Asks to draft the attempt that follows this one. */
  async draftNext(attempt: string, changes: object = {}): Promise<Response> {
    const officer = await this.world.as(this.officer);
    const form = { ...DRAFT, ...changes, attempt, previousCaseId: this.id };
    return await officer.command(`/v1/block-auctions?rehearsalStartsAt=${encodeURIComponent(STARTS_AT)}`, form);
  }

  async give(name: string, command: string, body: unknown = {}): Promise<Response> {
    return await (await this.world.as(name)).command(`${this.path}/${command}`, body);
  }

  async must(name: string, command: string, body: unknown = {}): Promise<Response> {
    return expectStatus(200)(await this.give(name, command, body));
  }

  async propose(name: string, command: string, body: unknown = {}): Promise<string> {
    const proposed = expectStatus(202)(await this.give(name, command, body));
    return (proposed.body as { proposal: { id: string } }).proposal.id;
  }

  async giveByTwo(command: string, first: string, second: string, body: unknown = {}): Promise<Response> {
    const proposalId = await this.propose(first, command, body);
    return await this.must(second, 'confirm-proposal', { proposalId });
  }

  async advanceTo(to: string): Promise<void> {
    await this.must(this.officer, 'advance-clock', { to });
  }

  /** The case as somebody sees it; without a name as everybody does. */
  async seenBy(name?: string): Promise<Response> {
    const client = name === undefined ? this.world.anybody : await this.world.as(name);
    return await client.get(`/v1/cases/${this.id}`).then(expectStatus(200));
  }

  async viewFor<View>(name?: string): Promise<View> {
    return ((await this.seenBy(name)).body as { view: View }).view;
  }

  async statusFor(name?: string): Promise<string> {
    return (await this.viewFor<{ status: string }>(name)).status;
  }

  /** What a program that shares nothing with the platform makes of the protocol, as everybody reads it. */
  async recount(): Promise<Recounted> {
    const answer = await this.world.anybody.get(`/v1/block-auctions/${this.id}/protocol`).then(expectStatus(200));
    return recount(answer.body);
  }

  /** The fee that this bidder owes, paid. */
  async purchaseOf(name: string): Promise<object> {
    const { own } = await this.viewFor<{ own: { feeDue: string } }>(name);
    return { paymentReference: `UTR ${name}`, amount: own.feeDue };
  }

  /** A bid that every rule passes. */
  async bidOf({ name, documentId }: Bidder, initialPriceOffer: string, changes: object = {}): Promise<object> {
    const { terms } = await this.viewFor<{ terms: { bidSecurity: string } }>(name);
    return {
      initialPriceOffer,
      documents: PAPERS.map((kind) => ({ kind, documentId })),
      security: {
        guaranteeNumber: `BG/${name}`,
        bank: 'State Bank of India, Bhubaneswar',
        amount: terms.bidSecurity,
        expiresOn: '2027-12-31',
      },
      affiliates: [],
      ...changes,
    };
  }

  async openTechnical(): Promise<void> {
    await this.giveByTwo('open-technical', 'chair', 'member');
  }

  async bids(): Promise<readonly ShownBid[]> {
    return (await this.viewFor<{ bids: readonly ShownBid[] }>('chair')).bids;
  }

  /** Every bid passes but those of the bidders named; the screening finds nothing beyond the registers. */
  async findOnAll(failing: readonly Bidder[] = []): Promise<void> {
    for (const { bidId, organisationId } of await this.bids()) {
      const fails = failing.some((bidder) => bidder.organisationId === organisationId);
      const result = fails ? { result: 'FAILED', grounds: ['DOCUMENTS_MISSING'] } : { result: 'PASSED' };
      await this.must('member', 'record-finding', {
        bidId,
        assessedNetWorth: '9000000000.00',
        reason: REASON,
        ...result,
      });
    }
    await this.must('member', 'record-screening', SCREENING);
  }

  async freeze(): Promise<void> {
    await this.giveByTwo('freeze-evaluation', 'chair', 'approving');
  }

  async openPrices(): Promise<void> {
    await this.giveByTwo('open-prices', 'chair', 'member');
  }

  async offer({ name }: Bidder, percent: string, changes: object = {}): Promise<Response> {
    return await this.give(name, 'final-offer', { percent, ...changes });
  }
}
