import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Cases, their record, and the work queues that belong to the same transaction. */
export class Engine1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table case_identity (
        id text primary key,
        type text not null,
        jurisdiction text not null,
        root_case_id text not null,
        parent_case_id text references case_identity(id),
        block_id text,
        rehearsal boolean not null,
        opened_at bigint not null,
        lock_only boolean not null default false
      );
      create index case_identity_parent on case_identity (parent_case_id) where parent_case_id is not null;
      create index case_identity_root on case_identity (root_case_id);
      comment on table case_identity is 'What never changes of a case. Its row is what a decision locks. Times are epoch milliseconds.';
      comment on column case_identity.lock_only is 'Never written: the right to update this one column is what lets the application lock a row.';

      create table case_position (
        case_id text not null,
        seq bigint not null,
        machine_version text not null,
        anchors jsonb not null,
        state jsonb not null,
        context jsonb not null,
        head text not null,
        cold_seq bigint not null,
        party_seq bigint not null,
        clock_at bigint,
        law_hash text not null,
        holds jsonb not null,
        proposals jsonb not null,
        seal_key jsonb,
        fired jsonb not null,
        due_through bigint not null,
        due_hash text not null,
        sight_hash text not null,
        closed boolean not null,
        primary key (case_id, seq)
      ) with (autovacuum_vacuum_scale_factor = 0.02);
      comment on table case_position is 'Where a case stands: what the next decision needs. Each batch inserts the new row and deletes the one before it.';
      comment on column case_position.head is 'Hash of the newest transition of the case (hex).';
      comment on column case_position.cold_seq is 'Newest transition that may have changed rows which hot commands read.';

      create view case_file as
        select i.id, i.type, i.jurisdiction, i.root_case_id, i.parent_case_id, i.block_id, i.rehearsal, i.opened_at,
               p.seq, p.machine_version, p.anchors, p.state, p.context, p.head, p.cold_seq, p.party_seq, p.clock_at,
               p.law_hash, p.holds, p.proposals, p.seal_key, p.fired, p.due_through, p.due_hash, p.sight_hash, p.closed
        from case_identity i
        cross join lateral (select * from case_position n where n.case_id = i.id order by n.seq desc limit 1) p;
      comment on view case_file is 'Each case as it stands now.';

      create table transition (
        case_id text not null,
        seq bigint not null,
        kind text not null,
        command text not null,
        received_at timestamptz not null,
        decided_at timestamptz not null,
        hash text not null,
        text text not null,
        primary key (case_id, seq)
      );
      comment on table transition is 'Append-only record. hash is SHA-256 of text; text is canonical JSON and names the previous hash.';

      create table transition_payload (
        case_id text not null,
        seq bigint not null,
        salt text not null,
        payload text not null,
        primary key (case_id, seq)
      );
      comment on table transition_payload is 'Form, findings and free text beside the chain; the transition holds SHA-256(salt, payload). Erasable.';

      create table fact_text (hash text primary key, text text not null);
      comment on table fact_text is 'Each distinct text of facts that a decision read, once.';

      create table command_key (
        key_hash uuid primary key,
        mac uuid not null,
        case_id text not null,
        seq bigint not null,
        created_at timestamptz not null default now()
      );
      comment on table command_key is 'Idempotency: 128 bits of SHA-256 of person and key; 128 bits of an HMAC over key and body, salted by the key itself.';

      create table case_party (
        case_id text not null,
        organisation_id text not null,
        seq bigint not null,
        capacity text not null,
        alias text,
        primary key (case_id, organisation_id, seq)
      );
      create index case_party_organisation on case_party (organisation_id);
      comment on table case_party is 'Who takes part, in which capacity, under which alias; the newest seq per organisation holds.';

      create table case_due (
        case_id text not null,
        clock text not null,
        due_at timestamptz not null,
        primary key (case_id, clock, due_at)
      );
      create index case_due_at on case_due (due_at);
      comment on table case_due is 'Index of due events; they are computed from the record, never decided from this table.';

      create table case_sight (
        case_id text not null,
        audience text not null,
        type text not null,
        jurisdiction text not null,
        rehearsal boolean not null,
        title text not null,
        status text not null,
        awaits text[] not null,
        due_at timestamptz,
        opened_at timestamptz not null,
        changed_at timestamptz not null,
        changed_xid xid8 not null default pg_current_xact_id(),
        primary key (case_id, audience)
      );
      create index case_sight_opened on case_sight (audience, opened_at, case_id);
      create index case_sight_changed on case_sight (audience, changed_xid, case_id);
      create index case_sight_due on case_sight (audience, due_at, case_id);
      comment on table case_sight is 'What each audience may see of a case in lists; lists filter on nothing else.';

      create table outbox (
        id bigint generated always as identity primary key,
        case_id text not null,
        seq bigint not null,
        kind text not null,
        target text not null,
        effective_at bigint not null,
        body jsonb not null,
        created_at timestamptz not null default now()
      );
      create table outbox_pending (
        outbox_id bigint primary key references outbox(id),
        source text not null,
        target text not null,
        attempts int not null default 0,
        next_at timestamptz not null default now(),
        stuck boolean not null default false,
        last_error text
      );
      create index outbox_pending_next on outbox_pending (next_at) where not stuck;
      create index outbox_pending_pair on outbox_pending (source, target, outbox_id);
      create table outbox_outcome (
        outbox_id bigint primary key references outbox(id),
        outcome text not null,
        at timestamptz not null default now()
      );
      comment on table outbox is 'Notices and commands to other cases, written with their transition. Append-only.';
      comment on table outbox_pending is 'Outbox entries not yet delivered; stuck ones wait for their owner.';
      comment on table outbox_outcome is 'How each outbox entry ended. Append-only.';

      create table incident (
        id bigint generated always as identity primary key,
        case_id text,
        kind text not null,
        detail jsonb not null,
        at timestamptz not null default now()
      );
      comment on table incident is 'Faults of the platform itself that touched a case. Append-only.';

      create table worker_beat (worker text primary key, at timestamptz not null);
      comment on table worker_beat is 'Last sign of life of each worker.';

      create function erase_payload(p_case text, p_seq bigint) returns boolean language plpgsql as $$
      begin
        delete from transition_payload where case_id = p_case and seq = p_seq;
        return found;
      end $$;
      revoke all on function erase_payload(text, bigint) from public;
      comment on function erase_payload is 'Erasure of one payload and its salt; the owner calls it together with an erasure transition.';

      create view transition_record as
        select case_id, seq, kind, command, received_at, decided_at, hash,
               text::jsonb ->> 'actor' as actor, text::jsonb ->> 'organisation' as organisation,
               text::jsonb ->> 'capacity' as capacity, text::jsonb -> 'from' as from_state,
               text::jsonb -> 'to' as to_state, text::jsonb -> 'rules' as rules,
               text::jsonb ->> 'facts' as facts_hash, text::jsonb ->> 'law' as law_hash,
               text::jsonb ->> 'logic' as logic_version, text::jsonb ->> 'prev' as previous_hash
        from transition;
      comment on view transition_record is 'The fields of the hashed text, for people who query the record.';
    `);
    const app = `current_setting('adit.app_role')`;
    await runner.query(`
      do $$
      declare app text := ${app};
      begin
        execute format('grant usage on schema public to %I', app);
        execute format('grant select, insert on transition, transition_payload, fact_text, command_key, case_party, outbox, outbox_outcome, incident to %I', app);
        execute format('grant select on transition_record, case_file to %I', app);
        execute format('grant select, insert, update on worker_beat to %I', app);
        execute format('grant select, insert, update (lock_only) on case_identity to %I', app);
        execute format('grant select, insert, delete on case_position to %I', app);
        execute format('grant select, insert, delete on case_due to %I', app);
        execute format('grant select, insert, update, delete on case_sight to %I', app);
        execute format('grant select, insert, update, delete on outbox_pending to %I', app);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop view transition_record, case_file;
      drop function erase_payload;
      drop table worker_beat, incident, outbox_outcome, outbox_pending, outbox, case_sight, case_due, case_party,
        command_key, fact_text, transition_payload, transition, case_position, case_identity;
    `);
  }
}
