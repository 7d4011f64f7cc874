import type { MigrationInterface, QueryRunner } from 'typeorm';

/** People, organisations, appointments and sessions, and the epoch by which every process learns of a revocation. */
export class Identity1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table organisation (
        id text primary key,
        kind text not null check (kind in ('ministry', 'state-directorate', 'platform', 'evaluation-committee',
          'bidder', 'agency', 'audit')),
        name text not null check (length(name) between 2 and 200),
        jurisdiction text check (jurisdiction ~ '^(CENTRE|[A-Z]{2})$'),
        created_at timestamptz not null default now(),
        unique (kind, name)
      );
      comment on table organisation is 'For whom people act. Territory and kind never change: a new organisation instead.';
      comment on column organisation.jurisdiction is 'CENTRE, the code of a State, or null where the organisation has no territory.';

      create table person (
        id text primary key,
        name text not null check (length(name) between 2 and 200),
        email text not null unique check (email = lower(email)),
        demo boolean not null default false,
        created_at timestamptz not null default now(),
        disabled_at timestamptz
      );
      comment on table person is 'Who can log in. The id is random and is all that the record of a case ever holds.';
      comment on column person.demo is 'Made by the demonstration seed; live cases are refused while such a person is enabled.';

      create table credential (
        person_id text primary key references person(id),
        hash text not null check (hash like '$argon2id$%'),
        must_change boolean not null,
        changed_at timestamptz not null default now()
      );
      comment on table credential is 'Password hashes (argon2id, with their parameters and salt in the text).';
      comment on column credential.must_change is 'Somebody else knows the password: it opens nothing but its own change.';

      create table appointment (
        id text primary key,
        person_id text not null references person(id),
        organisation_id text not null references organisation(id),
        role text not null check (role in ('central-officer', 'state-officer', 'approving-officer', 'evaluation-member',
          'evaluation-chair', 'platform-operator', 'rule-book-owner', 'bidder', 'agency-officer', 'auditor',
          'administrator')),
        jurisdiction text check (jurisdiction ~ '^(CENTRE|[A-Z]{2})$'),
        valid_from timestamptz not null default now(),
        valid_until timestamptz,
        revoked_at timestamptz,
        delegated_by text references appointment(id),
        created_at timestamptz not null default now(),
        check (valid_until > valid_from),
        check (delegated_by is null or valid_until is not null)
      );
      create index appointment_person on appointment (person_id);
      create index appointment_organisation on appointment (organisation_id);
      create index appointment_delegated_by on appointment (delegated_by) where delegated_by is not null;
      comment on table appointment is 'A role that a person holds in an organisation. Never changed but by revocation.';
      comment on column appointment.delegated_by is 'The appointment that this one is delegated from; it ends with it.';

      create view appointment_standing as
        select a.id, a.person_id, a.organisation_id, a.role, a.jurisdiction, a.delegated_by,
               greatest(a.valid_from, source.valid_from) as valid_from,
               least(a.valid_until, source.valid_until) as valid_until
        from appointment a
        join person p on p.id = a.person_id
        left join appointment source on source.id = a.delegated_by
        left join person delegator on delegator.id = source.person_id
        where a.revoked_at is null and p.disabled_at is null
          and (a.delegated_by is null or (
            source.revoked_at is null and source.delegated_by is null and delegator.disabled_at is null
            and source.organisation_id = a.organisation_id and source.role = a.role
            and (source.jurisdiction is not distinct from a.jurisdiction
              or (source.jurisdiction = 'CENTRE' and a.jurisdiction is not null))));
      comment on view appointment_standing is 'Appointments not revoked, whose sources stand; whoever reads compares the times.';

      create table session (
        id text primary key,
        person_id text not null references person(id),
        place_mac text not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        revoked_at timestamptz
      );
      create index session_person on session (person_id, place_mac, created_at);
      comment on table session is 'One log-in, and the family of all refresh tokens that descend from it.';
      comment on column session.place_mac is 'Keyed digest of the address of the log-in: a known place is not locked out by strangers.';

      create table refresh_token (
        hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
        session_id text not null references session(id),
        expires_at timestamptz not null,
        used_at timestamptz
      );
      create index refresh_token_session on refresh_token (session_id);
      create index refresh_token_expires on refresh_token (expires_at);
      comment on table refresh_token is 'SHA-256 of each refresh token. A token used twice was stolen: its session is revoked.';

      create table login_attempt (
        subject text primary key,
        failures int not null,
        last_at timestamptz not null,
        blocked_until timestamptz
      );
      create index login_attempt_last on login_attempt (last_at);
      comment on table login_attempt is 'Failed log-ins per account and per address (keyed digests), counted over all processes.';

      create table security_event (
        id bigint generated always as identity primary key,
        at timestamptz not null default clock_timestamp(),
        kind text not null,
        person_id text,
        session_id text,
        subject text,
        ip text,
        detail jsonb not null default '{}'
      );
      create index security_event_person on security_event (person_id, id);
      create index security_event_kind on security_event (kind, id);
      comment on table security_event is 'Append-only: log-ins, refusals, revocations and every act of an administrator.';
      comment on column security_event.subject is 'Id of the person, organisation, appointment or session that it was done to.';

      create table identity_epoch (
        only_row boolean primary key default true check (only_row),
        epoch bigint not null
      );
      insert into identity_epoch (epoch) values (1);
      comment on table identity_epoch is 'Counts changes of who may act; an actor read at an older epoch is checked again.';

      create table identity_change (
        epoch bigint primary key,
        person_id text not null,
        session_id text,
        at timestamptz not null default clock_timestamp()
      );
      comment on table identity_change is 'Whom each epoch concerns. Append-only; a session id means that this session ended.';

      create function note_identity_change(p_person text, p_session text) returns void language plpgsql as $$
      declare next bigint;
      begin
        update identity_epoch set epoch = epoch + 1 returning epoch into next;
        insert into identity_change (epoch, person_id, session_id) values (next, p_person, p_session);
      end $$;
      revoke all on function note_identity_change(text, text) from public;
      comment on function note_identity_change is 'Moves the epoch; called by triggers alone.';

      create function note_appointment_change() returns trigger language plpgsql
        security definer set search_path to public, pg_temp as $$
      declare delegate text;
      begin
        perform note_identity_change(new.person_id, null);
        for delegate in select distinct person_id from appointment where delegated_by = new.id loop
          perform note_identity_change(delegate, null);
        end loop;
        return null;
      end $$;

      create function note_person_change() returns trigger language plpgsql
        security definer set search_path to public, pg_temp as $$
      declare delegate text;
      begin
        perform note_identity_change(new.id, null);
        for delegate in select distinct d.person_id from appointment d join appointment source on source.id = d.delegated_by
          where source.person_id = new.id loop
          perform note_identity_change(delegate, null);
        end loop;
        return null;
      end $$;

      create function note_credential_change() returns trigger language plpgsql
        security definer set search_path to public, pg_temp as $$
      begin
        perform note_identity_change(new.person_id, null);
        return null;
      end $$;

      create function note_session_end() returns trigger language plpgsql
        security definer set search_path to public, pg_temp as $$
      begin
        perform note_identity_change(new.person_id, new.id);
        return null;
      end $$;

      create function keep_revocation() returns trigger language plpgsql as $$
      begin
        raise exception 'a revocation of % is final', tg_table_name using errcode = 'restrict_violation';
      end $$;
    `);
    // Deferred to the commit: the one row of the epoch is then the last lock of every transaction, so that it is held
    // for a moment only and no two transactions can wait for each other through it.
    await runner.query(`
      create constraint trigger appointment_change after insert or update on appointment
        deferrable initially deferred for each row execute function note_appointment_change();
      create constraint trigger person_change after update on person
        deferrable initially deferred for each row
        when (old.disabled_at is distinct from new.disabled_at or old.name <> new.name)
        execute function note_person_change();
      create constraint trigger credential_change after update on credential
        deferrable initially deferred for each row
        when (old.must_change <> new.must_change) execute function note_credential_change();
      create constraint trigger session_end after update on session
        deferrable initially deferred for each row
        when (old.revoked_at is distinct from new.revoked_at or old.expires_at <> new.expires_at)
        execute function note_session_end();
      create trigger appointment_revocation before update on appointment for each row
        when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at)
        execute function keep_revocation();
      create trigger session_revocation before update on session for each row
        when (old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at)
        execute function keep_revocation();
    `);
    await runner.query(`
      do $$
      declare app text := current_setting('adit.app_role');
      begin
        execute format('grant select, insert on organisation, person, credential, appointment, session, refresh_token, login_attempt, security_event to %I', app);
        execute format('grant select on identity_epoch, identity_change, appointment_standing to %I', app);
        execute format('grant update (disabled_at) on person to %I', app);
        execute format('grant update (hash, must_change, changed_at) on credential to %I', app);
        execute format('grant update (revoked_at) on appointment, session to %I', app);
        execute format('grant update (used_at), delete on refresh_token to %I', app);
        execute format('grant update, delete on login_attempt to %I', app);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop view appointment_standing;
      drop table identity_change, identity_epoch, security_event, login_attempt, refresh_token, session, appointment,
        credential, person, organisation;
      drop function note_appointment_change, note_person_change, note_credential_change, note_session_end,
        keep_revocation, note_identity_change;
    `);
  }
}
