import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What cases rest on: minerals, blocks and their values, bidders and their links, documents, the published history. */
export class Registers1764000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table mineral_entry (
        code text not null check (code ~ '^[A-Z][A-Z_]*$'),
        occurrence text not null default 'OTHER' check (occurrence in ('OTHER', 'BEACH_SAND')),
        in_force_from date not null,
        version int not null default 1 check (version > 0),
        part text check (part in ('A', 'B', 'C', 'D')),
        seventh_schedule boolean not null,
        name text not null,
        provision text not null,
        source text not null,
        recorded_at timestamptz not null default now(),
        primary key (code, occurrence, in_force_from, version)
      );
      comment on table mineral_entry is 'What the schedules of the Act say of each mineral from a day on. A correction is a new version. Append-only.';
      comment on column mineral_entry.in_force_from is 'First day; -infinity for what holds since ever.';
      comment on column mineral_entry.part is 'Part of the First Schedule; null where the mineral is in none.';

      create view mineral as
        select code, occurrence, part, seventh_schedule, in_force_from,
               lead(in_force_from) over (partition by code, occurrence order by in_force_from) as in_force_until,
               name, provision, source
        from (select distinct on (code, occurrence, in_force_from) * from mineral_entry
              order by code, occurrence, in_force_from, version desc) entry;
      comment on view mineral is 'Each mineral by period, newest version; in_force_until is the first day no longer in it.';

      create table block (
        id text not null check (id ~ '^[A-Z0-9][A-Z0-9-]{1,58}[A-Z0-9]$'),
        version int not null check (version > 0),
        name text not null check (length(name) between 2 and 300),
        state text check (state ~ '^[A-Z]{2}$'),
        district text,
        concession text check (concession in ('ML', 'CL', 'EL')),
        minerals jsonb not null check (jsonb_typeof(minerals) = 'array'),
        area_ha text check (area_ha ~ '^\\d+(\\.\\d{1,4})?$'),
        geometry jsonb check (geometry ->> 'type' in ('Polygon', 'MultiPolygon')),
        geodesic_area_ha text check (geodesic_area_ha ~ '^\\d+\\.\\d{4}$'),
        overlapping jsonb not null default '[]' check (jsonb_typeof(overlapping) = 'array'),
        land jsonb,
        demarcated boolean,
        exploration_level text check (exploration_level in ('G1', 'G2', 'G3', 'G4')),
        resources jsonb check (jsonb_typeof(resources) = 'array'),
        geological_report_document text check (geological_report_document ~ '^[0-9a-f]{64}$'),
        rehearsal boolean not null,
        sources jsonb not null check (jsonb_typeof(sources) = 'array'),
        recorded_at timestamptz not null default now(),
        recorded_by text not null,
        primary key (id, version),
        check ((geometry is null) = (geodesic_area_ha is null))
      );
      create index block_state on block (state);
      comment on table block is 'Blocks, a row for each version; the highest version of an id is current. Null is not known. Append-only.';
      comment on column block.state is 'ISO 3166-2:IN without its country part.';
      comment on column block.minerals is 'List of {code, occurrence, asPublished}; code as in mineral, null where the source names no single one.';
      comment on column block.area_ha is 'As stated, in hectares; decimal text.';
      comment on column block.geodesic_area_ha is 'On the WGS 84 ellipsoid, out of the geometry.';
      comment on column block.overlapping is 'List of {blockId, version, areaHa}: other blocks that it overlapped when it was recorded.';
      comment on column block.land is '{forestHa, governmentHa, otherHa}, decimal text or null each.';
      comment on column block.resources is 'List of {mineral, category, tonnes, grade, asPublished}.';
      comment on column block.rehearsal is 'Invented for practice: for rehearsals only. The same in all versions of a block.';
      comment on column block.sources is 'List of {url, field, note}: where each of it was read.';

      create view block_current as
        select distinct on (id) * from block order by id, version desc;
      comment on view block_current is 'The current version of each block.';

      create table block_value (
        block_id text not null,
        version int not null check (version > 0),
        block_version int not null,
        amount text not null check (amount ~ '^\\d+\\.\\d{2}$'),
        computed_on date not null,
        worksheet jsonb not null check (jsonb_typeof(worksheet) = 'array'),
        recorded_at timestamptz not null default now(),
        recorded_by text not null,
        primary key (block_id, version),
        foreign key (block_id, block_version) references block (id, version)
      );
      comment on table block_value is 'Value of estimated resources with its worksheet; a notice freezes one version by copying it. Append-only.';
      comment on column block_value.amount is 'In rupees: the sum of the lines of the worksheet.';
      comment on column block_value.block_version is 'The version of the block that was current when it was computed.';
      comment on column block_value.worksheet is 'List of {mineral, grade, tonnes, averageSalePrice, month, value}; money and tonnes are decimal text.';
    `);
    await runner.query(`
      create function party_key(name text) returns text language sql immutable strict parallel safe as $$
        select trim(
          regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            ' ' || regexp_replace(replace(upper(normalize(name, NFKC)), '&', ' AND '), '[\\s!-/:-@[-\`{-~]+', '  ', 'g') || ' ',
            ' LTD ', ' LIMITED ', 'g'), ' PVT ', ' PRIVATE ', 'g'), ' CO ', ' COMPANY ', 'g'), ' +', ' ', 'g'))
      $$;
      comment on function party_key(text) is 'One spelling for the name of a party: case, punctuation, Ltd, Pvt, Co and & do not tell parties apart.';

      create table bidder (
        organisation_id text not null,
        version int not null check (version > 0),
        legal_name text not null check (length(legal_name) between 2 and 300),
        legal_name_key text generated always as (party_key(legal_name)) stored,
        kind text not null check (kind in ('COMPANY', 'INDIVIDUAL', 'FIRM')),
        pan_masked text check (pan_masked ~ '^[A-Z]{5}XXXX[A-Z]$'),
        incorporation text,
        net_worth text check (net_worth ~ '^-?\\d+\\.\\d{2}$'),
        net_worth_as_on date,
        net_worth_document text check (net_worth_document ~ '^[0-9a-f]{64}$'),
        holding_organisation text,
        recorded_at timestamptz not null default now(),
        recorded_by text not null,
        primary key (organisation_id, version)
      );
      create index bidder_name on bidder (legal_name_key);
      comment on table bidder is 'What an organisation that bids says of itself, a row for each version. Append-only.';
      comment on column bidder.pan_masked is 'Permanent account number with its four digits struck out; the number itself is nowhere.';
      comment on column bidder.incorporation is 'Corporate identity number, or what stands in its place.';
      comment on column bidder.holding_organisation is 'Whose subsidiary it is: name or organisation id. Counts as a link.';

      create view bidder_current as
        select distinct on (organisation_id) * from bidder order by organisation_id, version desc;
      comment on view bidder_current is 'The current version of each bidder.';

      create table bidder_link (
        organisation_id text not null,
        version int not null check (version > 0),
        related_party text not null check (length(related_party) between 2 and 300),
        related_key text generated always as (party_key(related_party)) stored,
        relation text not null check (relation in ('CONTROLS', 'CONTROLLED_BY', 'COMMON_CONTROL', 'ASSOCIATE',
          'SUBSIDIARY', 'BENEFICIAL_OWNER', 'DIRECTOR')),
        share_percent text check (share_percent ~ '^\\d{1,3}(\\.\\d{1,4})?$'),
        source text not null check (length(source) between 2 and 500),
        evidence_document text check (evidence_document ~ '^[0-9a-f]{64}$'),
        declared boolean not null default false,
        ended boolean not null default false,
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (organisation_id, version)
      );
      create index bidder_link_related on bidder_link (related_key);
      comment on table bidder_link is 'Links between parties; the newest row on a party and a relation counts, declared and found ones apart. Append-only.';
      comment on column bidder_link.related_party is 'Organisation id, or the name of any party, bidding or not.';
      comment on column bidder_link.declared is 'Stated by the organisation itself, which can end it; what others found stands beside it.';
      comment on column bidder_link.ended is 'This row says that the link is no more.';

      create view bidder_link_standing as
        select organisation_id, version, related_party, related_key, relation, share_percent, source, evidence_document,
               declared, recorded_at
        from (select distinct on (organisation_id, related_key, relation, declared) * from bidder_link
              order by organisation_id, related_key, relation, declared, version desc) newest
        where not ended
        union all
        select organisation_id, version, holding_organisation, party_key(holding_organisation), 'SUBSIDIARY', null,
               'entry of the bidder', null, true, recorded_at
        from bidder_current where holding_organisation is not null;
      comment on view bidder_link_standing is 'Every link that stands, holding organisations included. To be read in both directions.';

      create table debarment (
        id text not null default gen_random_uuid()::text,
        version int not null default 1 check (version > 0),
        organisation_id text not null,
        basis text not null,
        issued_by text not null,
        from_on date not null,
        until_on date check (until_on >= from_on),
        recorded_at timestamptz not null default now(),
        recorded_by text,
        primary key (id, version)
      );
      create index debarment_organisation on debarment (organisation_id);
      comment on table debarment is 'Who may not bid and why; an order that shortens or quashes it is a new version. Append-only.';
      comment on column debarment.until_on is 'First day on which he may bid again; null: until further order. Equal to from_on: quashed.';

      create view debarment_current as
        select distinct on (id) * from debarment order by id, version desc;
      comment on view debarment_current is 'The current version of each debarment; those that have ended are among them.';
    `);
    await runner.query(`
      create table document_upload (
        id text primary key,
        organisation_id text not null,
        case_id text,
        name text not null,
        declared_media_type text not null,
        begun_at timestamptz not null default clock_timestamp(),
        begun_by text not null
      );
      create index document_upload_quota on document_upload (organisation_id, begun_at);
      comment on table document_upload is 'Every upload that was begun. Append-only.';

      create table document_upload_end (
        upload_id text primary key references document_upload (id),
        outcome text not null check (outcome in ('stored', 'refused', 'broken')),
        bytes bigint not null check (bytes >= 0),
        document_id text check (document_id ~ '^[0-9a-f]{64}$'),
        reason text,
        ended_at timestamptz not null default clock_timestamp()
      );
      comment on table document_upload_end is 'How an upload ended; one without such a row is under way or was cut off with its process. Append-only.';

      create table document (
        id text not null check (id ~ '^[0-9a-f]{64}$'),
        organisation_id text not null,
        case_id text,
        name text not null check (length(name) between 1 and 255),
        media_type text not null,
        bytes bigint not null check (bytes >= 0),
        stored_at timestamptz not null default clock_timestamp(),
        stored_by text not null,
        status text not null check (status in ('pending', 'stored', 'refused'))
      );
      create unique index document_key on document (id, organisation_id, coalesce(case_id, ''), status);
      create index document_owner on document (organisation_id, case_id);
      comment on table document is 'Documents by the SHA-256 of their content, once for each organisation and case. Append-only.';
      comment on column document.id is 'SHA-256 of the content (hex); the content lies under it in the data directory.';
      comment on column document.status is 'Only a stored document has content here and may be named by a command.';

      create table tranche (
        id text not null,
        version int not null check (version > 0),
        offered int, first_attempt int, second_attempt int, ml int, cl int,
        nit_on date,
        tender_sale_end_original date, tender_sale_end_revised date,
        bid_due_original date, bid_due_revised date,
        bids_received int, awarded int, annulled int, of_which_no_bids int,
        notes text,
        sources jsonb not null,
        recorded_at timestamptz not null default now(),
        primary key (id, version)
      );
      comment on table tranche is 'Central tranches as published: counts, calendar, outcome. Null is not known. Append-only.';

      create table published_result (
        auction_id text not null,
        version int not null check (version > 0),
        block_id text,
        block_key text not null,
        regime text not null,
        tranche text,
        attempt int,
        block_name text not null,
        state text check (state ~ '^[A-Z]{2}$'),
        minerals text,
        concession text check (concession in ('ML', 'CL', 'EL')),
        concession_as_published text,
        status text,
        preferred_bidder text,
        offer_basis text not null check (offer_basis in ('VALUE_OF_MINERAL_DESPATCHED', 'SHARE_OF_PREMIUM', 'REVENUE_SHARE')),
        reserve_price_percent text, floor_price_percent text, final_price_offer_percent text,
        bids_received int, technically_qualified int, qualified int,
        reason text,
        notice_on date, tender_sale_end_on date, bid_due_on date,
        decided_on text check (decided_on ~ '^\\d{4}(-\\d{2}(-\\d{2})?)?$'),
        notes text,
        sources jsonb not null,
        recorded_at timestamptz not null default now(),
        primary key (auction_id, version)
      );
      create index published_result_block on published_result (block_key);
      comment on table published_result is 'Auctions as published, one row for each block and attempt. Null is not known. Append-only.';
      comment on column published_result.block_key is 'The same for every attempt at one block; never shared by blocks whose names are not known.';
      comment on column published_result.decided_on is 'Day, month or year, as exact as the source is.';

      create table published_round (
        auction_id text not null,
        round text not null check (round in ('1', '2', '2-interim')),
        line int not null,
        version int not null check (version > 0),
        bidder text,
        offer_percent text,
        rank int,
        qualified boolean,
        source_url text not null,
        recorded_at timestamptz not null default now(),
        primary key (auction_id, round, line, version)
      );
      comment on table published_round is 'Bidders and offers by round as published. Null is not known. Append-only.';
      comment on column published_round.round is '1: initial price offers; 2: last known offers of the live round; 2-interim: a quote while it ran.';
      comment on column published_round.rank is 'As printed: counted (1, 2, 2, 4), where the Rules rank densely.';
      comment on column published_round.bidder is 'Null with an offer in round 1: the highest initial offer, of whom is not known.';
    `);
    await runner.query(`
      do $$
      declare app text := current_setting('adit.app_role');
      begin
        execute format('grant select, insert on mineral_entry, block, block_value, bidder, bidder_link, debarment, document_upload, document_upload_end, document, tranche, published_result, published_round to %I', app);
        execute format('grant select on mineral, block_current, bidder_current, bidder_link_standing, debarment_current to %I', app);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop view debarment_current, bidder_link_standing, bidder_current, block_current, mineral;
      drop table published_round, published_result, tranche, document, document_upload_end, document_upload, debarment,
        bidder_link, bidder, block_value, block, mineral_entry;
      drop function party_key(text);
    `);
  }
}
