import type { Sql } from '#case-kit';
import { getOnlyRow } from '#platform';
import type { Bidder, BidderContent, BidderLink, LinkContent, LinkEvidence } from './bidder.model.js';

const BIDDER = `
  organisation_id as "organisationId", version, legal_name as "legalName", kind, pan_masked as "panMasked",
  incorporation, net_worth as "netWorth", net_worth_as_on as "netWorthAsOn", net_worth_document as "netWorthDocument",
  holding_organisation as "holdingOrganisation", recorded_at as "recordedAt", recorded_by as "recordedBy"`;

const LINK = `
  organisation_id as "organisationId", version, related_party as "relatedParty", relation,
  share_percent as "sharePercent", source, evidence_document as "evidenceDocument", declared, ended,
  recorded_at as "recordedAt"`;

export async function findBidder(sql: Sql, organisationId: string, version?: number): Promise<Bidder | undefined> {
  const [bidder] = await sql.query<Bidder>(
    `select ${BIDDER} from bidder where organisation_id = $1 and ($2::int is null or version = $2)
     order by version desc limit 1`,
    [organisationId, version ?? null],
  );
  return bidder;
}

export async function insertBidder(
  sql: Sql,
  entry: {
    readonly organisationId: string;
    readonly version: number;
    readonly content: BidderContent;
    readonly recordedBy: string;
  },
): Promise<Bidder> {
  const { organisationId, version, content, recordedBy } = entry;
  return getOnlyRow(
    await sql.query<Bidder>(
      `insert into bidder (organisation_id, version, legal_name, kind, pan_masked, incorporation, net_worth,
         net_worth_as_on, net_worth_document, holding_organisation, recorded_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning ${BIDDER}`,
      [
        organisationId,
        version,
        content.legalName,
        content.kind,
        content.panMasked,
        content.incorporation,
        content.netWorth,
        content.netWorthAsOn,
        content.netWorthDocument,
        content.holdingOrganisation,
        recordedBy,
      ],
    ),
  );
}

/** Appends a link under the next version of the organisation's links; the caller holds the lock of the organisation. */
export async function insertLink(
  sql: Sql,
  entry: {
    readonly organisationId: string;
    readonly link: LinkContent;
    readonly declared: boolean;
    readonly ended: boolean;
    readonly recordedBy: string;
  },
): Promise<BidderLink> {
  const { organisationId, link, declared, ended, recordedBy } = entry;
  return getOnlyRow(
    await sql.query<BidderLink>(
      `insert into bidder_link (organisation_id, version, related_party, relation, share_percent, source,
         evidence_document, declared, ended, recorded_by)
       select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6, $7, $8, $9 from bidder_link where organisation_id = $1
       returning ${LINK}`,
      [
        organisationId,
        link.relatedParty,
        link.relation,
        link.sharePercent,
        link.source,
        link.evidenceDocument,
        declared,
        ended,
        recordedBy,
      ],
    ),
  );
}

/** The newest row on each party and relation, declared and found ones apart, unless it says that the link ended. */
export async function listStandingLinks(sql: Sql, organisationId: string): Promise<readonly BidderLink[]> {
  return await sql.query<BidderLink>(
    `select ${LINK} from (
       select distinct on (related_key, relation, declared) * from bidder_link where organisation_id = $1
       order by related_key, relation, declared, version desc) newest
     where not ended order by version`,
    [organisationId],
  );
}

/** The first of these parties that is the organisation itself, under its id or under any name that it had. */
export async function findOwnAmong(
  sql: Sql,
  organisationId: string,
  legalName: string | null,
  parties: readonly string[],
): Promise<string | undefined> {
  const [own] = await sql.query<{ party: string }>(
    `select party from unnest($3::text[]) as named(party)
     where party_key(party) in (
       select party_key($1) union all select party_key($2::text) where $2 is not null
       union all select legal_name_key from bidder where organisation_id = $1)
     limit 1`,
    [organisationId, legalName, parties],
  );
  return own?.party;
}

export async function listPartyKeys(
  sql: Sql,
  organisationIds: readonly string[],
): Promise<readonly { readonly id: string; readonly key: string }[]> {
  return await sql.query<{ id: string; key: string }>(
    'select distinct id, party_key(id) as key from unnest($1::text[]) as asked(id) order by id',
    [organisationIds],
  );
}

/**
 * Every tie that stands, between keys of parties: links but those of directors, and the names under which organisations
 * are or were registered. All of them: the register of a country has some thousands, and screening is rare.
 */
export async function listTies(
  sql: Sql,
): Promise<readonly (LinkEvidence & { readonly a: string; readonly b: string })[]> {
  return await sql.query<LinkEvidence & { a: string; b: string }>(
    `select party_key(organisation_id) as a, related_key as b, relation, organisation_id as "organisationId", version,
            related_party as "relatedParty", share_percent as "sharePercent", source,
            evidence_document as "evidenceDocument"
     from bidder_link_standing where relation <> 'DIRECTOR'
     union all
     select distinct on (organisation_id, legal_name_key) party_key(organisation_id), legal_name_key, 'SAME_NAME',
            organisation_id, version, legal_name, null, 'entry of the bidder', null
     from (select * from bidder order by organisation_id, legal_name_key, version) named
     order by 1, 2, 3, 5`,
  );
}
