import type { Pool } from 'pg';
import { Problem, sqlOf } from '#platform';
import type { Concession, Source } from './block.model.js';
import { countHistory, isStatus, type Countable, type RegimeCount, type Status } from './history.js';

/** An auction as published. Null is not known. */
export interface PublishedResult extends Countable {
  readonly blockId: string | null;
  readonly tranche: string | null;
  readonly blockName: string;
  readonly state: string | null;
  readonly minerals: string | null;
  readonly concession: Concession | null;
  readonly concessionAsPublished: string | null;
  readonly preferredBidder: string | null;
  readonly offerBasis: 'VALUE_OF_MINERAL_DESPATCHED' | 'SHARE_OF_PREMIUM' | 'REVENUE_SHARE';
  readonly reservePricePercent: string | null;
  readonly floorPricePercent: string | null;
  readonly finalPriceOfferPercent: string | null;
  readonly bidsReceived: number | null;
  readonly technicallyQualified: number | null;
  readonly qualified: number | null;
  readonly reason: string | null;
  readonly tenderSaleEndOn: string | null;
  readonly bidDueOn: string | null;
  readonly notes: string | null;
  readonly sources: readonly Source[];
}

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

export interface ResultQuery {
  readonly regime?: string | undefined;
  readonly state?: string | undefined;
  readonly status?: Status | undefined;
  readonly blockId?: string | undefined;
  /** The last auction id of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

const CURRENT = 'select distinct on (auction_id) * from published_result order by auction_id, version desc';

const RESULT = `
  auction_id as "auctionId", block_id as "blockId", block_key as "blockKey", regime, tranche, attempt,
  block_name as "blockName", state, minerals, concession, concession_as_published as "concessionAsPublished",
  coalesce(status, 'not_known') as status, preferred_bidder as "preferredBidder", offer_basis as "offerBasis",
  reserve_price_percent as "reservePricePercent", floor_price_percent as "floorPricePercent",
  final_price_offer_percent as "finalPriceOfferPercent", bids_received as "bidsReceived",
  technically_qualified as "technicallyQualified", qualified, reason, notice_on as "noticeOn",
  tender_sale_end_on as "tenderSaleEndOn", bid_due_on as "bidDueOn", decided_on as "decidedOn", notes, sources`;

/** What was published of auctions before and beside this system. */
export class PublishedHistory {
  constructor(private readonly pool: Pool) {}

  /** In the order of their ids; `next` is the id after which the next page begins. */
  async listResults(query: ResultQuery): Promise<{ items: readonly PublishedResult[]; next: string | null }> {
    const { regime, state, status, blockId, after, limit } = query;
    const found = await this.query(
      `where ($1::text is null or regime = $1) and ($2::text is null or state = $2)
         and ($3::text is null or coalesce(status, 'not_known') = $3) and ($4::text is null or block_id = $4)
         and ($5::text is null or auction_id > $5)
       order by auction_id limit $6`,
      [regime ?? null, state ?? null, status ?? null, blockId ?? null, after ?? null, limit + 1],
    );
    const items = found.slice(0, limit);
    return { items, next: found.length > limit ? (items.at(-1)?.auctionId ?? null) : null };
  }

  /** One auction with its offers by round. @throws Problem not-found. */
  async getResult(auctionId: string): Promise<PublishedResult & { readonly offers: readonly PublishedOffer[] }> {
    const [result] = await this.query('where auction_id = $1', [auctionId]);
    if (result === undefined) throw new Problem('not-found', { detail: 'There is no published auction of this id' });
    const offers = await sqlOf(this.pool).query<PublishedOffer>(
      `select round, bidder, offer_percent as "offerPercent", rank, qualified, source_url as "sourceUrl"
       from (select distinct on (round, line) * from published_round where auction_id = $1
             order by round, line, version desc) current
       order by round, line`,
      [auctionId],
    );
    return { ...result, offers };
  }

  /** Counts of all published auctions, by regime, with both denominators. */
  async count(): Promise<readonly RegimeCount[]> {
    return countHistory(await this.query('order by auction_id', []));
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

  private async query(condition: string, params: readonly unknown[]): Promise<readonly PublishedResult[]> {
    const rows = await sqlOf(this.pool).query<PublishedResult>(
      `select ${RESULT} from (${CURRENT}) current ${condition}`,
      params,
    );
    return rows.map((row) => ({ ...row, status: isStatus(row.status) ? row.status : 'not_known' }));
  }
}
