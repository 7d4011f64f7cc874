import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Log-in through an identity provider. */
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
      do $$
      declare app text := current_setting('adit.app_role');
      begin
        execute format('grant select, insert, delete on identity_link, oidc_log_in to %I', app);
        execute format('grant update (used_at) on oidc_log_in to %I', app);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table oidc_log_in, identity_link;
      alter table session drop column method, drop column acr, drop column amr;
    `);
  }
}
