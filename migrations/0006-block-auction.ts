import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = [
  'auction_attempt',
  'auction_schedule',
  'tender_purchase',
  'tender_query',
  'tender_reply',
  'bid',
  'bid_document',
  'bid_clarification',
  'bid_clarification_answer',
  'bid_finding',
  'affiliate_screening',
  'affiliate_link',
  'opened_offer',
  'auction_roster',
  'final_offer',
  'mistake_report',
  'bid_security_event',
];

/** Rows of the case type `block-auction`: inserted with their transition, never changed. */
export class BlockAuction1764000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table auction_attempt (
        case_id text not null,
        seq bigint not null,
        block_id text not null,
        lineage_id text not null,
        ordinal int not null check (ordinal > 0),
        kind text not null check (kind in ('FIRST', 'SECOND', 'DE_NOVO')),
        scheme text not null check (scheme in ('mining-lease', 'composite-licence', 'exploration-licence')),
        previous_case_id text,
        rehearsal boolean not null,
        phase text not null check (phase in ('DRAFTED', 'PUBLISHED', 'ANNULLED', 'DECLARED', 'CONCLUDED', 'DISCARDED')),
        reason text,
        had_tqb boolean,
        next_attempts jsonb not null check (jsonb_typeof(next_attempts) = 'array'),
        record jsonb not null,
        primary key (case_id, seq),
        check ((phase in ('ANNULLED', 'DISCARDED')) = (reason is not null))
      );
      create index auction_attempt_lineage on auction_attempt (lineage_id, case_id, seq desc);
      create unique index auction_attempt_published on auction_attempt (lineage_id, ordinal) where phase = 'PUBLISHED';
      comment on table auction_attempt is 'Attempts at a block, a row for each stage; the newest seq of a case is its standing. Append-only.';
      comment on column auction_attempt.lineage_id is 'The line of attempts: of the block for real ones, its own for a rehearsal.';
      comment on column auction_attempt.had_tqb is 'Whether anybody was technically qualified; null while that is not known.';
      comment on column auction_attempt.record is 'Of a publication: what the notice froze, with the worksheet of the value; of an end: why.';

      create table auction_schedule (
        case_id text not null,
        seq bigint not null,
        version int not null check (version > 0),
        issued_at bigint not null,
        text text not null,
        document_id text,
        schedule jsonb not null,
        primary key (case_id, seq)
      );
      comment on table auction_schedule is 'The notice and each corrigendum, with the dates that held from it on. Append-only.';

      create table tender_purchase (
        case_id text not null,
        seq bigint not null,
        organisation_id text not null,
        purchased_at bigint not null,
        amount numeric(20,2) not null,
        reference text not null,
        primary key (case_id, seq)
      );
      create index tender_purchase_organisation on tender_purchase (organisation_id, case_id);
      comment on table tender_purchase is 'Purchases of the tender document. Append-only.';

      create table tender_query (
        case_id text not null,
        seq bigint not null,
        query_id text not null,
        organisation_id text not null,
        text text not null,
        asked_at bigint not null,
        primary key (case_id, seq)
      );
      comment on table tender_query is 'Questions of buyers; published without the name of who asked. Append-only.';

      create table tender_reply (
        case_id text not null,
        seq bigint not null,
        query_id text not null,
        text text not null,
        replied_at bigint not null,
        primary key (case_id, query_id)
      );
      comment on table tender_reply is 'Published replies, one to each question. Append-only.';

      create table bid (
        case_id text not null,
        seq bigint not null,
        bid_id text not null,
        organisation_id text not null,
        received_at bigint not null,
        withdrawn boolean not null,
        envelope jsonb,
        security jsonb,
        affiliates jsonb not null check (jsonb_typeof(affiliates) = 'array'),
        primary key (case_id, seq),
        check (withdrawn = (envelope is null)),
        check (withdrawn = (security is null))
      );
      create index bid_organisation on bid (case_id, organisation_id, seq desc);
      comment on table bid is 'Bids, replacements and withdrawals; the newest seq per organisation stands. Append-only.';
      comment on column bid.envelope is 'Ciphertext of the initial price offer and its salted commitment; the price is in no column.';
      comment on column bid.affiliates is 'Names that the bidder declared.';

      create table bid_document (
        case_id text not null,
        seq bigint not null,
        bid_id text not null,
        place int not null,
        kind text not null,
        document_id text not null,
        primary key (case_id, seq, place)
      );
      comment on table bid_document is 'Papers of technical bids, by the hash of their content. Append-only.';
    `);
    await runner.query(`
      create table bid_clarification (
        case_id text not null,
        seq bigint not null,
        clarification_id text not null,
        bid_id text not null,
        organisation_id text not null,
        question text not null,
        asked_at bigint not null,
        answer_by bigint not null,
        primary key (case_id, seq)
      );
      comment on table bid_clarification is 'What the committee asked a bidder about its technical bid. Append-only.';

      create table bid_clarification_answer (
        case_id text not null,
        seq bigint not null,
        clarification_id text not null,
        answer text not null,
        document_id text,
        answered_at bigint not null,
        primary key (case_id, clarification_id)
      );
      comment on table bid_clarification_answer is 'Answers, one to each clarification. Append-only.';

      create table bid_finding (
        case_id text not null,
        seq bigint not null,
        bid_id text not null,
        organisation_id text not null,
        result text not null check (result in ('PASSED', 'FAILED')),
        grounds jsonb not null check (jsonb_typeof(grounds) = 'array'),
        assessed_net_worth numeric(20,2) not null,
        reason text not null,
        recorded_by text not null,
        primary key (case_id, seq),
        check ((result = 'FAILED') = (jsonb_array_length(grounds) > 0))
      );
      create index bid_finding_bid on bid_finding (case_id, bid_id, seq desc);
      comment on table bid_finding is 'Reasoned findings on technical bids; the newest seq per bid counts. Append-only.';

      create table affiliate_screening (
        case_id text not null,
        seq bigint not null,
        method text not null,
        recorded_by text not null,
        primary key (case_id, seq)
      );
      comment on table affiliate_screening is 'Comparisons of the bidders for affiliates; the newest seq of a case counts. Append-only.';

      create table affiliate_link (
        case_id text not null,
        seq bigint not null,
        place int not null,
        organisation_id text not null,
        party text not null,
        relation text not null,
        source text not null,
        primary key (case_id, seq, place),
        foreign key (case_id, seq) references affiliate_screening (case_id, seq)
      );
      comment on table affiliate_link is 'Links of bidders as the screening found them, those of the register copied. Append-only.';

      create table opened_offer (
        case_id text not null,
        seq bigint not null,
        organisation_id text not null,
        bid_id text not null,
        percent numeric(12,2),
        rank int,
        qualified boolean not null,
        rejection text check (rejection in ('AFFILIATE', 'NOT_ELIGIBLE', 'BEYOND_BOUND')),
        primary key (case_id, seq, organisation_id),
        check ((rank is null) = (rejection is not null))
      );
      comment on table opened_offer is 'What the opening of the prices found of each bid; percent is null where the envelope stays closed. Append-only.';

      create table auction_roster (
        case_id text not null,
        seq bigint not null,
        organisation_id text not null,
        alias text not null,
        primary key (case_id, seq, organisation_id)
      );
      comment on table auction_roster is 'Who takes part in the second round under which alias; the newest seq of a case counts. Append-only.';

      create table final_offer (
        case_id text not null,
        seq bigint not null,
        organisation_id text not null,
        alias text not null,
        received_at bigint not null,
        percent numeric(12,2) not null,
        primary key (case_id, seq)
      );
      create index final_offer_organisation on final_offer (case_id, organisation_id, seq desc);
      comment on table final_offer is 'Accepted final price offers; each beats all before it, so the newest of an organisation is its best. Append-only.';

      create table mistake_report (
        case_id text not null,
        seq bigint not null,
        organisation_id text not null,
        alias text not null,
        percent numeric(12,2) not null,
        reported_at bigint not null,
        explanation text not null,
        primary key (case_id, seq)
      );
      comment on table mistake_report is 'Mistakes that bidders reported in their final offers; the offers stand. Append-only.';

      create table bid_security_event (
        case_id text not null,
        seq bigint not null,
        organisation_id text not null,
        guarantee_number text not null,
        settled text not null check (settled in ('RETURNED', 'FORFEITED')),
        recorded_by text not null,
        record jsonb not null,
        primary key (case_id, organisation_id, guarantee_number)
      );
      comment on table bid_security_event is 'What became of each bid security, once. Append-only.';

      do $$
      begin
        execute format('grant select, insert on ${TABLES.join(', ')} to %I', current_setting('adit.app_role'));
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop table ${[...TABLES].reverse().join(', ')}`);
  }
}
