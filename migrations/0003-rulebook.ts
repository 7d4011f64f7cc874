import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The rule book: drafts of changes, who signed which content, and the law as published. Nothing in it is overwritten. */
export class Rulebook1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table law_snapshot (
        hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
        text text not null,
        published_at timestamptz not null default now(),
        published_by text not null references person(id)
      );
      comment on table law_snapshot is 'Each law that was ever in force as published: canonical text, named by its SHA-256. Append-only.';
      comment on column law_snapshot.published_at is 'First publication; a law that is published again keeps it.';

      create table law_publication (
        seq bigint primary key,
        hash text not null references law_snapshot(hash),
        draft_id text,
        note text not null,
        published_at timestamptz not null default now(),
        published_by text not null references person(id)
      );
      comment on table law_publication is 'Which law followed which; the newest holds for new cases. Append-only.';
      comment on column law_publication.seq is 'Without gaps from 1: two publications on the same law before them cannot both succeed.';
      comment on column law_publication.draft_id is 'The draft that was published; null for the seed.';

      create table rule_parameter (
        content_hash text primary key check (content_hash ~ '^[0-9a-f]{64}$'),
        name text not null,
        in_force_from text,
        in_force_until text,
        confidence text not null,
        content text not null,
        published_in bigint not null references law_publication(seq)
      );
      create index rule_parameter_name on rule_parameter (name, in_force_from);
      comment on table rule_parameter is 'Every version of every parameter that was ever published, once: content is canonical JSON. Append-only.';
      comment on column rule_parameter.published_in is 'The publication that held it first.';

      create table rule_draft (
        id text not null,
        version int not null check (version > 0),
        state text not null check (state in ('open', 'withdrawn', 'published')),
        base_hash text references law_snapshot(hash),
        changes text not null,
        note text not null check (length(note) between 1 and 2000),
        changed_by text not null references person(id),
        changed_at timestamptz not null default now(),
        primary key (id, version)
      );
      comment on table rule_draft is 'Proposed changes, a row for each revision; the newest version of an id counts. Append-only.';
      comment on column rule_draft.base_hash is 'The law that the changes were made on; null before the first publication.';
      comment on column rule_draft.changes is 'Canonical JSON: for each changed parameter all its versions from then on.';

      create table parameter_sign_off (
        content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
        person_id text not null references person(id),
        draft_id text,
        signed_at timestamptz not null default now(),
        primary key (content_hash, person_id)
      );
      comment on table parameter_sign_off is 'Who signed which content of a parameter version; nobody counts twice. Append-only.';
      comment on column parameter_sign_off.draft_id is 'The draft in which it was signed; null for the seed.';
    `);
    await runner.query(`
      do $$
      declare app text := current_setting('adit.app_role');
      begin
        execute format('grant select, insert on law_snapshot, law_publication, rule_parameter, rule_draft, parameter_sign_off to %I', app);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table parameter_sign_off, rule_draft, rule_parameter, law_publication, law_snapshot;
    `);
  }
}
