import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows of the invented case type `fair-stall`: inserted with their transition, never changed. */
export class FairStall1764000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table fair_application (
        case_id text not null,
        seq bigint not null,
        organisation_id text not null,
        received_at bigint not null,
        withdrawn boolean not null,
        envelope jsonb,
        primary key (case_id, seq),
        check (withdrawn = (envelope is null))
      );
      create index fair_application_organisation on fair_application (case_id, organisation_id, seq desc);
      comment on table fair_application is 'Sealed applications and withdrawals; the newest seq per organisation stands. Append-only.';
      comment on column fair_application.envelope is 'Ciphertext and salted commitment; the value is in no column.';

      create table fair_roster (
        case_id text not null,
        seq bigint not null,
        organisation_id text not null,
        alias text not null,
        rank int not null,
        offer numeric(14,2) not null,
        primary key (case_id, seq, organisation_id)
      );
      comment on table fair_roster is 'Who may call, under which alias; the newest seq of a case is its roster. Append-only.';

      create table fair_call (
        case_id text not null,
        seq bigint not null,
        organisation_id text not null,
        received_at bigint not null,
        offer numeric(14,2) not null,
        primary key (case_id, seq)
      );
      create index fair_call_best on fair_call (case_id, organisation_id, offer desc);
      comment on table fair_call is 'Open offers of the calling, one per accepted CALL. Append-only.';

      create table fair_payment (
        case_id text not null,
        seq bigint not null,
        received_at bigint not null,
        amount numeric(14,2) not null,
        reference text not null,
        primary key (case_id, seq)
      );
      comment on table fair_payment is 'Payments of best offers, as recorded by the operator. Append-only.';

      do $$
      begin
        execute format('grant select, insert on fair_application, fair_roster, fair_call, fair_payment to %I',
                       current_setting('adit.app_role'));
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table fair_payment, fair_call, fair_roster, fair_application');
  }
}
