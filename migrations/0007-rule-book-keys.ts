import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Idempotency of acts on the rule book: an act that is sent again with its key happens once. */
export class RuleBookKeys1764000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table rule_book_key (
        key_hash uuid primary key,
        mac uuid not null,
        draft_id text not null,
        created_at timestamptz not null default now()
      );
      comment on table rule_book_key is 'Idempotency of acts on drafts: 128 bits of SHA-256 of person and key; 128 bits of an HMAC over key, act and body. Append-only.';
      comment on column rule_book_key.draft_id is 'The draft that the act was on, or that it began; it is answered as it is now.';
    `);
    await runner.query(`
      do $$
      declare app text := current_setting('adit.app_role');
      begin
        execute format('grant select, insert on rule_book_key to %I', app);
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table rule_book_key;');
  }
}
