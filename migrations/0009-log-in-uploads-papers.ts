import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Log-in through an identity provider, uploads that are resumed, scans for malware, papers of bidders. */
export class LogInUploadsPapers1764000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table session
        add column method text not null default 'password' check (method in ('password', 'oidc')),
        add column acr text,
        add column amr text[];
      comment on column session.method is 'How the person proved who he is: to us, or to the identity provider.';
      comment on column session.acr is 'Authentication context class that the identity provider stated.';
      comment on column session.amr is 'Authentication methods that the identity provider stated.';

      create table identity_link (
        issuer text not null,
        subject text not null check (length(subject) between 1 and 255),
        person_id text not null references person (id),
        linked_at timestamptz not null default now(),
        primary key (issuer, subject),
        unique (person_id, issuer)
      );
      comment on table identity_link is 'Which account of an identity provider belongs to whom. Gives no authority: that is in the appointments.';
      comment on column identity_link.subject is 'Stays with the account when its e-mail address changes.';

      create table oidc_log_in (
        state_hash text primary key check (state_hash ~ '^[0-9a-f]{64}$'),
        browser_hash text not null check (browser_hash ~ '^[0-9a-f]{64}$'),
        nonce text not null,
        code_verifier text not null,
        place_mac text not null,
        begun_at timestamptz not null default clock_timestamp(),
        used_at timestamptz
      );
      create index oidc_log_in_place on oidc_log_in (place_mac, begun_at);
      create index oidc_log_in_begun on oidc_log_in (begun_at);
      comment on table oidc_log_in is 'Log-ins that were sent to the identity provider; each serves once, within minutes.';
      comment on column oidc_log_in.browser_hash is 'SHA-256 of the cookie of the browser that began it: nobody finishes the log-in of another.';
    `);
    await runner.query(`
      create table resumable_upload (
        id text primary key,
        organisation_id text not null,
        person_id text not null,
        case_id text,
        name text not null,
        media_type text not null,
        bytes bigint not null check (bytes > 0),
        sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
        begun_at timestamptz not null default clock_timestamp(),
        expires_at timestamptz not null,
        writer text,
        writer_until timestamptz,
        outcome text check (outcome in ('stored', 'refused', 'cancelled', 'expired')),
        document_id text check (document_id ~ '^[0-9a-f]{64}$'),
        ended_at timestamptz,
        check ((outcome is null) = (ended_at is null))
      );
      create index resumable_upload_person on resumable_upload (person_id) where ended_at is null;
      create index resumable_upload_organisation on resumable_upload (organisation_id, begun_at);
      comment on table resumable_upload is 'Uploads that go on after a cut. How much has arrived is the length of the file, never a number here.';
      comment on column resumable_upload.sha256 is 'As the sender declared it; what arrives must have it.';
      comment on column resumable_upload.writer is 'The request that is writing; its right to ends by itself, should its process die.';

      create table document_scan (
        id bigint generated always as identity primary key,
        document_id text not null check (document_id ~ '^[0-9a-f]{64}$'),
        state text not null check (state in ('pending', 'clean', 'infected', 'not-scanned')),
        signature text,
        scanned_at timestamptz not null default clock_timestamp()
      );
      create index document_scan_document on document_scan (document_id, id);
      comment on table document_scan is 'What a scanner for malware said of a content, the newest row counts. Append-only.';
      comment on column document_scan.state is 'not-scanned: no scanner was configured; pending: it did not answer.';
      comment on column document_scan.signature is 'What was found, in the words of the scanner.';

      create view document_scan_current as
        select distinct on (document_id) document_id, state, signature, scanned_at from document_scan
        order by document_id, id desc;
      comment on view document_scan_current is 'The newest word on each content; none is the same as not-scanned.';

      create table bidder_paper (
        organisation_id text not null,
        kind text not null,
        version int not null check (version > 0),
        document_id text not null check (document_id ~ '^[0-9a-f]{64}$'),
        reference text,
        issued_on date not null,
        valid_until date check (valid_until >= issued_on),
        recorded_at timestamptz not null default now(),
        recorded_by text not null,
        primary key (organisation_id, kind, version)
      );
      comment on table bidder_paper is 'Papers of an organisation that bids, a row for each version; the highest of a kind is current. Append-only.';
      comment on column bidder_paper.valid_until is 'Last day on which it is valid; null: without end.';

      create view bidder_paper_current as
        select distinct on (organisation_id, kind) * from bidder_paper order by organisation_id, kind, version desc;
      comment on view bidder_paper_current is 'The current paper of each kind.';

      create table bidder_paper_reminder (
        organisation_id text not null,
        kind text not null,
        version int not null,
        days int not null,
        reminded_at timestamptz not null default clock_timestamp(),
        primary key (organisation_id, kind, version, days),
        foreign key (organisation_id, kind, version) references bidder_paper (organisation_id, kind, version)
      );
      comment on table bidder_paper_reminder is 'Which reminders of an expiry went out, so that each goes once. Append-only.';
      comment on column bidder_paper_reminder.days is 'How many days before the last day of validity it falls due.';
    `);
    await runner.query(`
      do $$
      declare app text := current_setting('adit.app_role');
      begin
        execute format('grant select, insert, delete on identity_link, oidc_log_in to %I', app);
        execute format('grant update (used_at) on oidc_log_in to %I', app);
        execute format('grant select, insert on resumable_upload, document_scan, bidder_paper, bidder_paper_reminder to %I', app);
        execute format('grant select on document_scan_current, bidder_paper_current to %I', app);
        execute format('grant update (writer, writer_until, outcome, document_id, ended_at) on resumable_upload to %I', app);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop view document_scan_current, bidder_paper_current;
      drop table bidder_paper_reminder, bidder_paper, document_scan, resumable_upload, oidc_log_in, identity_link;
      alter table session drop column method, drop column acr, drop column amr;
    `);
  }
}
