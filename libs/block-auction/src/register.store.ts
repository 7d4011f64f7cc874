import type { FactLoader, FactRequest, Sql } from '#case-kit';
import type {
  AttemptFact,
  BidderFact,
  BlockFact,
  PaperFact,
  PurchaseFact,
  RegisterLink,
} from './block-auction.facts.js';

const REHEARSAL = 'REHEARSAL-';

export const caseIds = (requests: readonly FactRequest[]): string[] => requests.map(({ caseId }) => caseId);
export const organisations = (requests: readonly FactRequest[]): string[] =>
  requests.map(({ actor }) => actor.organisationId);

/** A member of each request's form that is text, or null. */
export function named(requests: readonly FactRequest[], member: string): (string | null)[] {
  return requests.map(({ form }) => {
    const value = form[member];
    return typeof value === 'string' ? value : null;
  });
}

type Indexed<Row> = Row & { readonly index: number };

/** Rows that one query answered for several requests, by request; `index` counts from one. */
export function groupByRequest<Row extends object, Item>(
  requests: readonly FactRequest[],
  rows: readonly Indexed<Row>[],
  toItem: (row: Omit<Indexed<Row>, 'index'>) => Item,
): Item[][] {
  const answers = requests.map((): Item[] => []);
  for (const { index, ...row } of rows) answers[index - 1]?.push(toItem(row));
  return answers;
}

/** The same where each request has at most one row. */
export function onePerRequest<Row extends object>(
  requests: readonly FactRequest[],
  rows: readonly Indexed<Row>[],
): (Omit<Indexed<Row>, 'index'> | null)[] {
  return groupByRequest(requests, rows, (row) => row).map(([row]) => row ?? null);
}

/** Facts that are the same for every caller: loaded once for each case, however many ask. */
export function perCase(load: FactLoader): FactLoader {
  return async (sql, requests) => {
    const cases = [...new Map(requests.map((request) => [request.caseId, request])).values()];
    const answers = await load(sql, cases);
    const places = new Map(cases.map(({ caseId }, place) => [caseId, place]));
    return requests.map(({ caseId }) => answers[places.get(caseId) ?? -1]);
  };
}

/** The block of the case, or before there is a case the one that the form names; with value and schedule parts. */
export const loadBlock: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<BlockFact>>(
    `select r.index::int as index, b.id, b.version, b.name, b.state, b.concession, b.area_ha as "areaHa", b.demarcated,
            coalesce(b.land ->> 'forestHa' is not null and b.land ->> 'governmentHa' is not null
                     and b.land ->> 'otherHa' is not null, false) as "landClassified",
            b.exploration_level as "explorationLevel", b.geological_report_document as "geologicalReport", b.rehearsal,
            m.minerals, v.value
       from unnest($1::text[], $2::text[]) with ordinality as r(case_id, block_id, index)
       cross join lateral (
         select coalesce((select block_id from auction_attempt where case_id = r.case_id limit 1), r.block_id) as id) k
       cross join lateral (select * from block where id = k.id order by version desc limit 1) b
       left join lateral (
         select jsonb_build_object('version', version, 'blockVersion', block_version, 'amount', amount,
                                   'worksheet', worksheet) as value
           from block_value where block_id = b.id order by version desc limit 1) v on true
       cross join lateral (
         select coalesce(jsonb_agg(jsonb_build_object('code', coalesce(e ->> 'code', e ->> 'asPublished'),
                                                      'periods', p.periods) order by n), '[]') as minerals
           from jsonb_array_elements(b.minerals) with ordinality as x(e, n)
           cross join lateral (
             select coalesce(jsonb_agg(jsonb_build_object('part', part,
                      'from', case when isfinite(in_force_from) then in_force_from end, 'until', in_force_until)
                      order by in_force_from), '[]') as periods
               from mineral where code = e ->> 'code' and occurrence = coalesce(e ->> 'occurrence', 'OTHER')) p) m`,
    [caseIds(requests), named(requests, 'blockId')],
  );
  return onePerRequest(requests, rows);
};

/**
 * The other attempts of the line: of the block for real cases; for a rehearsal those of its own line, which the form
 * names when there is no case yet.
 */
export const loadAttempts: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<AttemptFact>>(
    `select r.index::int as index, a.case_id as "caseId", a.lineage_id as "lineageId", a.ordinal, a.kind, a.scheme,
            a.phase, a.reason, a.had_tqb as "hadTqb", a.next_attempts as "nextAttempts"
       from unnest($1::text[], $2::text[], $3::text[], $4::boolean[]) with ordinality
            as r(case_id, block_id, previous, rehearsal, index)
       cross join lateral (
         select coalesce(
           (select lineage_id from auction_attempt where case_id = r.case_id limit 1),
           case when r.rehearsal
                then (select lineage_id from auction_attempt
                       where case_id = r.previous and rehearsal and block_id = r.block_id limit 1)
                else 'block:' || r.block_id end) as id) l
       cross join lateral (
         select distinct on (case_id) * from auction_attempt
          where lineage_id = l.id and case_id <> r.case_id order by case_id, seq desc) a
      order by r.index, a.ordinal, a.case_id`,
    [
      caseIds(requests),
      named(requests, 'blockId'),
      named(requests, 'previousCaseId'),
      requests.map(({ caseId }) => caseId.startsWith(REHEARSAL)),
    ],
  );
  return groupByRequest(requests, rows, (row) => row);
};

/** A director of two companies makes them no affiliates; every other relation of the register does. */
const LINKING = "relation <> 'DIRECTOR'";

/** The caller's organisation in the register. */
export const loadBidder: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<BidderFact>>(
    `select r.index::int as index, b.legal_name as "legalName", b.kind, b.net_worth as "netWorth", l.links, d.debarments
       from unnest($1::text[]) with ordinality as r(organisation_id, index)
       cross join lateral (
         select * from bidder where organisation_id = r.organisation_id order by version desc limit 1) b
       cross join lateral (
         select coalesce(jsonb_agg(distinct related_key), '[]') as links
           from bidder_link_standing where organisation_id = r.organisation_id and ${LINKING}) l
       cross join lateral (
         select coalesce(jsonb_agg(jsonb_build_object('basis', basis, 'issuedBy', issued_by, 'from', from_on,
                                                      'until', until_on) order by from_on), '[]') as debarments
           from debarment_current where organisation_id = r.organisation_id) d`,
    [organisations(requests)],
  );
  return onePerRequest(requests, rows);
};

/** Links of the caller's organisation in the register that its form does not declare, in the register's spelling. */
export const loadUndeclaredLinks: FactLoader = async (sql, requests) => {
  const declared = requests.map(({ form }) => JSON.stringify(form['affiliates'] ?? []));
  const rows = await sql.query<Indexed<{ readonly party: string }>>(
    `select r.index::int as index, l.related_party as party
       from unnest($1::text[], $2::text[]) with ordinality as r(organisation_id, declared, index)
       join bidder_link_standing l on l.organisation_id = r.organisation_id and l.${LINKING}
      where not exists (select 1 from jsonb_array_elements_text(r.declared::jsonb) as d(name)
                         where party_key(d.name) = l.related_key)
      group by r.index, l.related_party order by r.index, l.related_party`,
    [organisations(requests), declared],
  );
  return groupByRequest(requests, rows, ({ party }) => party);
};

/** The caller's purchases, in this attempt and in the others of its line. */
export const loadOwnPurchases: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<PurchaseFact>>(
    `select r.index::int as index, p.case_id as "caseId", p.purchased_at as "purchasedAt", p.reference
       from unnest($1::text[], $2::text[]) with ordinality as r(case_id, organisation_id, index)
       join tender_purchase p on p.organisation_id = r.organisation_id
        and p.case_id in (select other.case_id from auction_attempt own
                            join auction_attempt other on other.lineage_id = own.lineage_id
                           where own.case_id = r.case_id)
      order by r.index, p.purchased_at, p.case_id`,
    [caseIds(requests), organisations(requests)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

/** Whoever named the documents must have stored them: of an act of two persons that is the first one. */
const authors = (requests: readonly FactRequest[]): string[] =>
  requests.map(({ actor, proposedBy }) => proposedBy ?? actor.organisationId);

/** The ids of documents that a form names, as JSON. */
function listNamed({ form }: FactRequest): string {
  const documents = Array.isArray(form['documents']) ? (form['documents'] as { documentId?: unknown }[]) : [];
  return JSON.stringify([...documents.map(({ documentId }) => documentId), form['documentId'] ?? null]);
}

/**
 * Of the caller's documents that the form names: what the scanner warned of or has not seen, and what is recorded as a
 * paper with an end of its validity. A paper of several kinds or versions is valid as long as the longest of them.
 */
export const loadNamedPapers: FactLoader = async (sql, requests) => {
  const rows = await sql.query<Indexed<PaperFact>>(
    `select r.index::int as index, w.id as "documentId", coalesce(s.state, 'not-scanned') as scan,
            p.until as "validUntil"
       from unnest($1::text[], $2::text[]) with ordinality as r(organisation_id, wanted, index)
       cross join lateral (select distinct id from jsonb_array_elements_text(r.wanted::jsonb) as e(id)
                            where id is not null) w
       left join document_scan_current s on s.document_id = w.id
       left join lateral (
         select case when bool_and(valid_until is not null) then max(valid_until)::text end as until
           from bidder_paper where organisation_id = r.organisation_id and document_id = w.id) p on true
      where (s.state in ('pending', 'infected') or p.until is not null)
        and exists (select 1 from document d where d.id = w.id and d.organisation_id = r.organisation_id)
      order by 1, 2`,
    [authors(requests), requests.map(listNamed)],
  );
  return groupByRequest(requests, rows, (row) => row);
};

/** Documents that the form names and that the caller's organisation has stored, for this case or for any. */
export const loadOwnDocuments: FactLoader = async (sql, requests) => {
  const wanted = requests.map(listNamed);
  const rows = await sql.query<Indexed<{ readonly id: string }>>(
    `select distinct r.index::int as index, d.id
       from unnest($1::text[], $2::text[], $3::text[]) with ordinality as r(case_id, organisation_id, wanted, index)
       cross join lateral jsonb_array_elements_text(r.wanted::jsonb) as w(id)
       join document d on d.id = w.id and d.organisation_id = r.organisation_id and d.status = 'stored'
        and (d.case_id is null or d.case_id = r.case_id)
      order by 1, 2`,
    [caseIds(requests), authors(requests), wanted],
  );
  return groupByRequest(requests, rows, ({ id }) => id);
};

/**
 * Every party to which an organisation leads in the register, in either direction and through any party. Spelling a
 * name costs more than all the rest, so each is spelt once and not again at every step of the way.
 */
const REACHED = `
  with recursive standing(own, related) as materialized (
    select party_key(organisation_id), related_key from bidder_link_standing where ${LINKING}
  ), named(own, name) as materialized (
    select party_key(organisation_id), legal_name_key from bidder_current
  ), edge(a, b) as materialized (
    select own, related from standing union all select related, own from standing
    union all select own, name from named union all select name, own from named
  ), start(organisation_id) as (
    select organisation_id from (
      select distinct on (organisation_id) organisation_id, withdrawn from bid
       where case_id = $1 order by organisation_id, seq desc) newest
     where not withdrawn
  ), reached(organisation_id, node) as (
    select organisation_id, party_key(organisation_id) from start
    union
    select r.organisation_id, e.b from reached r join edge e on e.a = r.node
  )`;

async function loadLinksOf(sql: Sql, caseId: string): Promise<readonly RegisterLink[]> {
  return await sql.query<RegisterLink>(
    `${REACHED}
     select r.organisation_id as "organisationId", r.node as party,
            case when r.node = party_key(r.organisation_id) or r.node = b.legal_name_key then 'SELF'
                 else coalesce(l.relation, 'INDIRECT') end as relation,
            coalesce(l.source, 'register of bidders') as source
       from reached r
       left join bidder_current b using (organisation_id)
       left join lateral (select relation, source from bidder_link_standing
                           where organisation_id = r.organisation_id and related_key = r.node and ${LINKING}
                           order by version desc limit 1) l on true
      order by 1, 2`,
    [caseId],
  );
}

export const loadRegisterLinks: FactLoader = async (sql, requests) =>
  await Promise.all(requests.map(({ caseId }) => loadLinksOf(sql, caseId)));

/** Organisations with a standing bid, and the caller's own when the register links it with one. */
export const loadInterested: FactLoader = async (sql, requests) =>
  await Promise.all(
    requests.map(async ({ caseId, actor }) => {
      const rows = await sql.query<{ readonly id: string }>(
        `${REACHED}
         select organisation_id as id from start
         union select $2::text where party_key($2::text) in (select node from reached) order by 1`,
        [caseId, actor.organisationId],
      );
      return rows.map(({ id }) => id);
    }),
  );
