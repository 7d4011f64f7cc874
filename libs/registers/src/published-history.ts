import type { Pool } from 'pg';
import { sqlOf } from '#platform';
import type { Source } from './block.model.js';

export interface PublishedOffer {
  readonly round: '1' | '2' | '2-interim';
  readonly bidder: string | null;
  readonly offerPercent: string | null;
  readonly rank: number | null;
  readonly qualified: boolean | null;
  readonly sourceUrl: string;
}

export interface Tranche {
  readonly id: string;
  readonly offered: number | null;
  readonly firstAttempt: number | null;
  readonly secondAttempt: number | null;
  readonly miningLeases: number | null;
  readonly compositeLicences: number | null;
  readonly noticeOn: string | null;
  readonly tenderSaleEndOriginal: string | null;
  readonly tenderSaleEndRevised: string | null;
  readonly bidDueOriginal: string | null;
  readonly bidDueRevised: string | null;
  readonly bidsReceived: number | null;
  readonly awarded: number | null;
  readonly annulled: number | null;
  readonly annulledWithoutBids: number | null;
  readonly notes: string | null;
  readonly sources: readonly Source[];
}

/** What was published of auctions before and beside this system, besides the attempts themselves. */
export class PublishedHistory {
  constructor(private readonly pool: Pool) {}

  /** Offers of one published auction by round, as printed; empty where none are known. */
  async listOffers(auctionId: string): Promise<readonly PublishedOffer[]> {
    return await sqlOf(this.pool).query<PublishedOffer>(
      `select round, bidder, offer_percent as "offerPercent", rank, qualified, source_url as "sourceUrl"
       from (select distinct on (round, line) * from published_round where auction_id = $1
             order by round, line, version desc) current
       order by round, line`,
      [auctionId],
    );
  }

  /** In the order of their notices. */
  async listTranches(): Promise<readonly Tranche[]> {
    return await sqlOf(this.pool).query<Tranche>(
      `select id, offered, first_attempt as "firstAttempt", second_attempt as "secondAttempt", ml as "miningLeases",
              cl as "compositeLicences", nit_on as "noticeOn", tender_sale_end_original as "tenderSaleEndOriginal",
              tender_sale_end_revised as "tenderSaleEndRevised", bid_due_original as "bidDueOriginal",
              bid_due_revised as "bidDueRevised", bids_received as "bidsReceived", awarded, annulled,
              of_which_no_bids as "annulledWithoutBids", notes, sources
       from (select distinct on (id) * from tranche order by id, version desc) current order by nit_on, id`,
    );
  }
}
