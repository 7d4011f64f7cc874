import type { FactLoader } from '#case-kit';
import type {
  AuctionFacts,
  Bid,
  ClarificationFact,
  CorrigendumFact,
  EvaluatedBid,
  OwnBid,
  QueryFact,
  TechnicalBid,
} from './block-auction.facts.js';
import { caseIds, groupByRequest, named, onePerRequest, organisations } from './register.store.js';

type Indexed<Row> = Row & { readonly index: number };

/** The newest row of each organisation is the bid that stands, unless it is a withdrawal. */
const STANDING_BIDS = `
  select * from (select distinct on (organisation_id) * from bid
                  where case_id = r.case_id order by organisation_id, seq desc) newest
   where not withdrawn`;

const DOCUMENTS = `
  select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'documentId', document_id) order by place), '[]') as documents
    from bid_document where case_id = b.case_id and seq = b.seq`;

export const loadQueries: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<QueryFact>>(
    `select r.index::int as index, q.query_id as id, q.organisation_id as "organisationId", q.text,
            q.asked_at as "askedAt", a.text as reply, a.replied_at as "repliedAt"
       from unnest($1::text[]) with ordinality as r(case_id, index)
       join tender_query q on q.case_id = r.case_id
       left join tender_reply a on a.case_id = q.case_id and a.query_id = q.query_id
      order by r.index, q.seq`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

export const loadBidCount: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<{ readonly count: number }>>(
    `select r.index::int as index, count(b.case_id)::int as count
       from unnest($1::text[]) with ordinality as r(case_id, index)
       left join lateral (${STANDING_BIDS}) b on true
      group by r.index`,
    [caseIds(requests)],
  );
  return onePerRequest(requests, rows).map((row) => row?.count ?? 0);
};

/** Standing bids with their envelopes, in the order of their receipt. */
export const loadBids: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<Bid>>(
    `select r.index::int as index, b.bid_id as "bidId", b.organisation_id as "organisationId", b.seq,
            b.received_at as "receivedAt", b.envelope
       from unnest($1::text[]) with ordinality as r(case_id, index)
       cross join lateral (${STANDING_BIDS}) b
      order by r.index, b.seq`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

export const loadOwnBid: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<OwnBid>>(
    `select r.index::int as index, b.bid_id as "bidId", b.organisation_id as "organisationId", b.seq,
            b.received_at as "receivedAt", b.envelope, b.security, b.affiliates, d.documents
       from unnest($1::text[], $2::text[]) with ordinality as r(case_id, organisation_id, index)
       cross join lateral (
         select * from bid where case_id = r.case_id and organisation_id = r.organisation_id
          order by seq desc limit 1) b
       cross join lateral (${DOCUMENTS}) d
      where not b.withdrawn`,
    [caseIds(requests), organisations(requests)],
  );
  return onePerRequest(requests, rows);
};

export const loadOwnFinding: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<NonNullable<AuctionFacts['ownFinding']>>>(
    `select r.index::int as index, f.result, f.reason, f.grounds
       from unnest($1::text[], $2::text[]) with ordinality as r(case_id, organisation_id, index)
       cross join lateral (
         select bid_id, withdrawn from bid where case_id = r.case_id and organisation_id = r.organisation_id
          order by seq desc limit 1) b
       cross join lateral (
         select * from bid_finding where case_id = r.case_id and bid_id = b.bid_id order by seq desc limit 1) f
      where not b.withdrawn`,
    [caseIds(requests), organisations(requests)],
  );
  return onePerRequest(requests, rows);
};

/**
 * Each standing bid with its newest finding and the parties to which its bidder is linked: those that he declared, and
 * those of the newest screening.
 */
export const loadEvaluation: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<EvaluatedBid>>(
    `select r.index::int as index, b.bid_id as "bidId", b.organisation_id as "organisationId", f.result, f.reason,
            coalesce(f.grounds, '[]') as grounds, f.recorded_by as "recordedBy", c.open as "openClarification",
            a.affiliates
       from unnest($1::text[]) with ordinality as r(case_id, index)
       cross join lateral (${STANDING_BIDS}) b
       left join lateral (
         select * from bid_finding where case_id = b.case_id and bid_id = b.bid_id order by seq desc limit 1) f on true
       left join lateral (
         select jsonb_build_object('id', clarification_id, 'askedAt', asked_at, 'answerBy', answer_by) as open
           from bid_clarification q where case_id = b.case_id and bid_id = b.bid_id
            and not exists (select 1 from bid_clarification_answer
                             where case_id = q.case_id and clarification_id = q.clarification_id)
          order by answer_by desc limit 1) c on true
       cross join lateral (
         select coalesce(jsonb_agg(distinct party), '[]') as affiliates from (
           select party_key(name) as party from jsonb_array_elements_text(b.affiliates) as d(name)
           union all
           select party_key(party) from affiliate_link
            where case_id = b.case_id and organisation_id = b.organisation_id
              and seq = (select max(seq) from affiliate_screening where case_id = b.case_id)
           union all select party_key(b.organisation_id)) linked) a
      order by r.index, b.seq`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

const TECHNICAL = `
  b.bid_id as "bidId", b.organisation_id as "organisationId", b.received_at as "receivedAt", b.security, b.affiliates,
  b.envelope ->> 'commitment' as commitment, d.documents, n.legal_name as "legalName",
  case when n.kind = 'INDIVIDUAL' then 'INDIVIDUAL' else 'COMPANY' end as applicant`;

const REGISTERED =
  'select legal_name, kind from bidder where organisation_id = b.organisation_id order by version desc limit 1';

export const loadTechnicalBids: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<TechnicalBid>>(
    `select r.index::int as index, ${TECHNICAL}
       from unnest($1::text[]) with ordinality as r(case_id, index)
       cross join lateral (${STANDING_BIDS}) b
       cross join lateral (${DOCUMENTS}) d
       left join lateral (${REGISTERED}) n on true
      order by r.index, b.seq`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

/** The standing bid that the form names. */
export const loadBidInQuestion: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<TechnicalBid>>(
    `select r.index::int as index, ${TECHNICAL}
       from unnest($1::text[], $2::text[]) with ordinality as r(case_id, bid_id, index)
       cross join lateral (${STANDING_BIDS}) b
       cross join lateral (${DOCUMENTS}) d
       left join lateral (${REGISTERED}) n on true
      where b.bid_id = r.bid_id`,
    [caseIds(requests), named(requests, 'bidId')],
  );
  return onePerRequest(requests, rows);
};

export const loadClarifications: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<ClarificationFact>>(
    `select r.index::int as index, c.clarification_id as id, c.bid_id as "bidId", c.organisation_id as "organisationId",
            c.question, c.asked_at as "askedAt", c.answer_by as "answerBy", a.answer, a.document_id as "documentId",
            a.answered_at as "answeredAt"
       from unnest($1::text[]) with ordinality as r(case_id, index)
       join bid_clarification c on c.case_id = r.case_id
       left join bid_clarification_answer a on a.case_id = c.case_id and a.clarification_id = c.clarification_id
      order by r.index, c.seq`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

/** Every version of the schedule after that of the notice, oldest first. */
export const loadCorrigenda: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<CorrigendumFact>>(
    `select r.index::int as index, s.version, s.issued_at as "issuedAt", s.text, s.document_id as "documentId"
       from unnest($1::text[]) with ordinality as r(case_id, index)
       join auction_schedule s on s.case_id = r.case_id and s.version > 1
      order by r.index, s.seq`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

export const loadScreenedAt: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<{ readonly seq: number | null }>>(
    `select r.index::int as index, (select max(seq) from affiliate_screening where case_id = r.case_id) as seq
       from unnest($1::text[]) with ordinality as r(case_id, index)`,
    [caseIds(requests)],
  );
  return onePerRequest(requests, rows).map((row) => row?.seq ?? null);
};
