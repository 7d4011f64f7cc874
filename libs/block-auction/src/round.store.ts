import type { FactLoader } from '#case-kit';
import type {
  MistakeFact,
  OpenedOffer,
  OwnStanding,
  RosterPlace,
  SecurityFact,
  Standing,
} from './block-auction.facts.js';
import { caseIds, groupByRequest, named, onePerRequest, organisations } from './register.store.js';

type Indexed<Row> = Row & { readonly index: number };

/** An opening that an order of a court set aside leaves its rows behind; the newest counts. */
const NEWEST_ROSTER = 'o.seq = (select max(seq) from auction_roster where case_id = r.case_id)';

export const loadRoster: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<RosterPlace>>(
    `select r.index::int as index, o.organisation_id as "organisationId", o.alias
       from unnest($1::text[]) with ordinality as r(case_id, index)
       join auction_roster o on o.case_id = r.case_id and ${NEWEST_ROSTER}
      order by r.index, o.alias`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

/** The bidders of the second round, who leads first: each offer beats all before it, so the newest is the best. */
export const loadStandings: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<Standing>>(
    `select r.index::int as index, o.organisation_id as "organisationId", o.alias, f.percent::text as percent
       from unnest($1::text[]) with ordinality as r(case_id, index)
       join auction_roster o on o.case_id = r.case_id and ${NEWEST_ROSTER}
       left join lateral (
         select seq, percent from final_offer
          where case_id = o.case_id and organisation_id = o.organisation_id and seq > o.seq
          order by seq desc limit 1) f on true
      order by r.index, f.seq desc nulls last, o.alias`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

/** The caller's place among them: his rank counts those whose last offer came after his. */
export const loadOwnStanding: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<OwnStanding>>(
    `with latest as materialized (
       select o.case_id, o.organisation_id, o.alias, f.seq, f.percent
         from (select distinct case_id from unnest($1::text[]) as c(case_id)) r
         join auction_roster o on o.case_id = r.case_id and ${NEWEST_ROSTER}
         left join lateral (
           select seq, percent from final_offer
            where case_id = o.case_id and organisation_id = o.organisation_id and seq > o.seq
            order by seq desc limit 1) f on true
     ), ranked as (
       select *, rank() over (partition by case_id order by seq desc nulls last) as rank from latest
     )
     select r.index::int as index, p.alias, p.percent::text as percent,
            case when p.seq is not null then p.rank::int end as rank
       from unnest($1::text[], $2::text[]) with ordinality as r(case_id, organisation_id, index)
       join ranked p using (case_id, organisation_id)`,
    [caseIds(requests), organisations(requests)],
  );
  return onePerRequest(requests, rows);
};

export const loadNamedOffer: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<{ readonly percent: string; readonly receivedAt: number }>>(
    `select r.index::int as index, f.percent::text as percent, f.received_at as "receivedAt"
       from unnest($1::text[], $2::text[], $3::numeric[]) with ordinality as r(case_id, organisation_id, percent, index)
       cross join lateral (
         select percent, received_at from final_offer
          where case_id = r.case_id and organisation_id = r.organisation_id and percent = r.percent
          order by seq desc limit 1) f`,
    [caseIds(requests), organisations(requests), named(requests, 'percent')],
  );
  return onePerRequest(requests, rows);
};

export const loadOpenedOffers: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<OpenedOffer>>(
    `select r.index::int as index, o.organisation_id as "organisationId", o.percent::text as percent, o.rank,
            o.qualified, o.rejection
       from unnest($1::text[]) with ordinality as r(case_id, index)
       join opened_offer o on o.case_id = r.case_id
        and o.seq = (select max(seq) from opened_offer where case_id = r.case_id)
      order by r.index, o.rank nulls last, o.percent, o.organisation_id`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

export const loadOwnOpenedOffer: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<OpenedOffer>>(
    `select r.index::int as index, o.organisation_id as "organisationId", o.percent::text as percent, o.rank,
            o.qualified, o.rejection
       from unnest($1::text[], $2::text[]) with ordinality as r(case_id, organisation_id, index)
       join opened_offer o on o.case_id = r.case_id and o.organisation_id = r.organisation_id
        and o.seq = (select max(seq) from opened_offer where case_id = r.case_id)`,
    [caseIds(requests), organisations(requests)],
  );
  return onePerRequest(requests, rows);
};

/** Every instrument that came with a bid, replaced and withdrawn ones too: all of them are to be returned. */
export const loadSecurities: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<SecurityFact>>(
    `select r.index::int as index, b.organisation_id as "organisationId", b.security ->> 'guaranteeNumber' as "guaranteeNumber",
            b.security ->> 'bank' as bank, b.security ->> 'amount' as amount, b.security ->> 'expiresOn' as "expiresOn",
            e.settled
       from unnest($1::text[]) with ordinality as r(case_id, index)
       cross join lateral (
         select distinct on (organisation_id, security ->> 'guaranteeNumber') case_id, seq, organisation_id, security
           from bid where case_id = r.case_id and security is not null
          order by organisation_id, security ->> 'guaranteeNumber', seq desc) b
       left join bid_security_event e on e.case_id = b.case_id and e.organisation_id = b.organisation_id
        and e.guarantee_number = b.security ->> 'guaranteeNumber'
      order by r.index, b.seq`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

export const loadMistakes: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<MistakeFact>>(
    `select r.index::int as index, m.organisation_id as "organisationId", m.alias, m.percent::text as percent,
            m.reported_at as "reportedAt", m.explanation
       from unnest($1::text[]) with ordinality as r(case_id, index)
       join mistake_report m on m.case_id = r.case_id
      order by r.index, m.seq`,
    [caseIds(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

/** Legal names of those who took part, by organisation. */
export const loadNames: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<{ readonly names: Readonly<Record<string, string>> }>>(
    `select r.index::int as index, n.names
       from unnest($1::text[]) with ordinality as r(case_id, index)
       cross join lateral (
         select coalesce(jsonb_object_agg(organisation_id, legal_name), '{}') as names from bidder_current
          where organisation_id in (select organisation_id from tender_purchase where case_id = r.case_id)) n`,
    [caseIds(requests)],
  );
  return onePerRequest(requests, rows).map((row) => row?.names ?? {});
};
