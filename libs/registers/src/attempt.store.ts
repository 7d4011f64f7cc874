import type { Sql } from '#case-kit';
import type { Attempt, AttemptFilter, AttemptMineral } from './attempt.model.js';
import { readMineralNames } from './mineral-names.js';

/** An attempt as the tables have it: minerals in the words of a source, or taken apart as the register of blocks does. */
export interface AttemptRow extends Omit<Attempt, 'status' | 'stage' | 'minerals' | 'reason'> {
  readonly status: string;
  readonly mineralNames: string | null;
  readonly mineralList: readonly AttemptMineral[] | null;
  readonly reasonText: string | null;
}

const dayOf = (column: string): string => `(to_timestamp(${column} / 1000.0) at time zone 'Asia/Kolkata')::date`;

const PUBLISHED = `
  select 'PUBLISHED' as origin, false as rehearsal, auction_id as "attemptId", regime, tranche, attempt,
         null::text as "attemptKind", null::text as "previousAttemptId", block_id as "blockId",
         block_key as "blockKey", block_name as "blockName", state, minerals as "mineralNames",
         null::jsonb as "mineralList", concession, concession_as_published as "concessionAsPublished",
         coalesce(status, 'not_known') as status, preferred_bidder as "preferredBidder", offer_basis as "offerBasis",
         reserve_price_percent as "reservePricePercent", null::text as "ceilingPercent",
         floor_price_percent as "floorPricePercent", final_price_offer_percent as "finalPriceOfferPercent",
         bids_received as "bidsReceived", technically_qualified as "technicallyQualified", qualified,
         null::text as "reasonCode", reason as "reasonText", null::text as provision, notice_on as "noticeOn",
         tender_sale_end_on as "tenderSaleEndOn", bid_due_on as "bidDueOn", decided_on as "decidedOn", notes, sources
    from (select distinct on (auction_id) * from published_result order by auction_id, version desc) newest`;

const PLATFORM = `
  select 'PLATFORM', rehearsal, case_id, regime, null, ordinal, kind, previous_case_id, block_id, block_id, block_name,
         state, null, minerals, concession, null, status, preferred_bidder,
         case concession when 'EL' then 'SHARE_OF_PREMIUM' else 'VALUE_OF_MINERAL_DESPATCHED' end,
         case when concession <> 'EL' then bound end, case when concession = 'EL' then bound end,
         floor_price_percent, final_price_offer_percent, bids_received, technically_qualified, qualified,
         reason_code, reason_text, provision, ${dayOf('notice_at')}, ${dayOf('tender_sale_end_at')},
         ${dayOf('bid_due_at')}, ${dayOf('decided_at')}::text, null, '[]'::jsonb
    from attempt_register`;

const ATTEMPTS = `
  select *, coalesce(extract(year from "noticeOn")::int, left("decidedOn", 4)::int) as year
    from (${PUBLISHED} union all ${PLATFORM}) both_kinds`;

/** Attempts in the order of their ids. */
export async function readAttempts(
  sql: Sql,
  filter: Partial<AttemptFilter> & { readonly attemptId?: string },
  page: { readonly after?: string | undefined; readonly limit?: number | undefined },
): Promise<readonly AttemptRow[]> {
  const { rehearsal, attemptId, regime, state, mineral, concession, status, tranche, year, blockId } = filter;
  return await sql.query<AttemptRow>(
    `select * from (${ATTEMPTS}) attempts
      where ($1::boolean is null or rehearsal = $1) and ($2::text is null or "attemptId" = $2)
        and ($3::text is null or regime = $3) and ($4::text is null or state = $4)
        and ($5::text[] is null or "mineralNames" = any($5) or "mineralList" @> $6)
        and ($7::text is null or concession = $7) and ($8::text is null or status = $8)
        and ($9::text is null or tranche = $9) and ($10::int is null or year = $10)
        and ($11::text is null or "blockId" = $11) and ($12::text is null or "attemptId" collate "C" > $12)
      order by "attemptId" collate "C" limit $13`,
    [
      rehearsal ?? null,
      attemptId ?? null,
      regime ?? null,
      state ?? null,
      mineral === undefined ? null : await listNamesOf(sql, mineral),
      mineral === undefined ? null : JSON.stringify([{ code: mineral }]),
      concession ?? null,
      status ?? null,
      tranche ?? null,
      year ?? null,
      blockId ?? null,
      page.after ?? null,
      page.limit ?? null,
    ],
  );
}

/** The published lists of minerals in which one occurs, in the words of their sources. */
async function listNamesOf(sql: Sql, code: string): Promise<readonly string[]> {
  const rows = await sql.query<{ readonly minerals: string }>(
    'select distinct minerals from published_result where minerals is not null',
  );
  return rows
    .map(({ minerals }) => minerals)
    .filter((names) => readMineralNames(names).some((mineral) => mineral.code === code));
}
