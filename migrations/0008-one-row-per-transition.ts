import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Payload and key move into the row of their transition: one row is written where there were three, and neither can
 * stand there without the other.
 */
export class OneRowPerTransition1764000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$ begin
        if exists (select from transition_payload p left join transition t using (case_id, seq) where t.seq is null)
           or exists (select from command_key k left join transition t using (case_id, seq) where t.seq is null)
           or exists (select from command_key group by case_id, seq having count(*) > 1) then
          raise exception 'the record has payloads or keys that belong to no transition: verify it before it is moved';
        end if;
      end $$;
      alter table transition add column salt text, add column payload text, add column key_hash uuid, add column mac uuid;
      update transition t set salt = p.salt, payload = p.payload
        from transition_payload p where p.case_id = t.case_id and p.seq = t.seq;
      update transition t set key_hash = k.key_hash, mac = k.mac
        from command_key k where k.case_id = t.case_id and k.seq = t.seq;
      drop table transition_payload, command_key;
      create unique index transition_key on transition (key_hash) where key_hash is not null;
      create or replace function erase_payload(p_case text, p_seq bigint) returns boolean language plpgsql as $$
      begin
        update transition set salt = null, payload = null
         where case_id = p_case and seq = p_seq and payload is not null;
        return found;
      end $$;
      comment on table transition is 'Append-only record. hash is SHA-256 of text; text is canonical JSON and names the previous hash.';
      comment on column transition.payload is 'Form, findings and free text beside the chain; text holds SHA-256(salt, payload). Erasable with its salt, by the owner alone.';
      comment on column transition.key_hash is 'Idempotency: 128 bits of SHA-256 of person and key; null where no command made the transition.';
      comment on column transition.mac is '128 bits of an HMAC over key and body, salted by the key itself.';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table transition_payload (
        case_id text not null,
        seq bigint not null,
        salt text not null,
        payload text not null,
        primary key (case_id, seq)
      );
      comment on table transition_payload is 'Form, findings and free text beside the chain; the transition holds SHA-256(salt, payload). Erasable.';
      create table command_key (
        key_hash uuid primary key,
        mac uuid not null,
        case_id text not null,
        seq bigint not null,
        created_at timestamptz not null default now()
      );
      comment on table command_key is 'Idempotency: 128 bits of SHA-256 of person and key; 128 bits of an HMAC over key and body, salted by the key itself.';
      insert into transition_payload select case_id, seq, salt, payload from transition where payload is not null;
      insert into command_key select key_hash, mac, case_id, seq, decided_at from transition where key_hash is not null;
      create or replace function erase_payload(p_case text, p_seq bigint) returns boolean language plpgsql as $$
      begin
        delete from transition_payload where case_id = p_case and seq = p_seq;
        return found;
      end $$;
      drop index transition_key;
      alter table transition drop column salt, drop column payload, drop column key_hash, drop column mac;
      do $$
      declare app text := current_setting('adit.app_role');
      begin
        execute format('grant select, insert on transition_payload, command_key to %I', app);
      end $$;
    `);
  }
}
