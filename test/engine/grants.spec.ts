import { openTestDatabase, type TestDatabase } from '#testing';
import { runAs } from './support/docket-world.js';

/**
 * Tables of which the application's login may do more than read and add; for an UPDATE of some columns only, these are
 * named. Every table that is not named here is append-only for it: to change that, the table has to be named here, with
 * a reason that a reviewer accepts.
 */
const MAY_DO_MORE: Readonly<Record<string, readonly string[]>> = {
  // Where a case stands; the record beside it cannot be changed.
  case_identity: ['INSERT', 'SELECT', 'UPDATE (lock_only)'],
  case_position: ['DELETE', 'INSERT', 'SELECT'],
  // Indexes of the record, work queues and signs of life.
  case_due: ['DELETE', 'INSERT', 'SELECT'],
  case_sight: ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
  outbox_pending: ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
  worker_beat: ['INSERT', 'SELECT', 'UPDATE'],
  // What ends: each end is noted in identity_change by the owner's triggers.
  person: ['INSERT', 'SELECT', 'UPDATE (disabled_at)'],
  appointment: ['INSERT', 'SELECT', 'UPDATE (revoked_at)'],
  session: ['INSERT', 'SELECT', 'UPDATE (revoked_at)'],
  credential: ['INSERT', 'SELECT', 'UPDATE (changed_at)', 'UPDATE (hash)', 'UPDATE (must_change)'],
  refresh_token: ['DELETE', 'INSERT', 'SELECT', 'UPDATE (used_at)'],
  login_attempt: ['DELETE', 'INSERT', 'SELECT', 'UPDATE'],
  oidc_log_in: ['DELETE', 'INSERT', 'SELECT', 'UPDATE (used_at)'],
  // Who unlinks is in the security log; an upload is work under way, and its document never changes.
  identity_link: ['DELETE', 'INSERT', 'SELECT'],
  resumable_upload: [
    'INSERT',
    'SELECT',
    'UPDATE (document_id)',
    'UPDATE (ended_at)',
    'UPDATE (outcome)',
    'UPDATE (writer)',
    'UPDATE (writer_until)',
  ],
};

/** The tables of the record: named, so that none can quietly cease to exist. */
const RECORD = ['transition', 'fact_text', 'case_party', 'outbox', 'outbox_outcome', 'incident'];

/** A column to try an update on, where there is no case_id. */
const COLUMN_OF: Readonly<Record<string, string>> = { fact_text: 'hash', outbox_outcome: 'outcome' };

describe('the application’s login', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  const ask = async <Row extends object>(sql: string, params: readonly unknown[] = []): Promise<Row[]> =>
    (await database.pool.query<Row>(sql, [...params])).rows;

  /** What it holds of every table and view, and of single columns where it does not hold the whole. */
  async function listPrivileges(): Promise<Map<string, string[]>> {
    const rows = await ask<{ name: string; held: string[] }>(
      `with relation as (
         select c.oid, relname::text as name from pg_class c join pg_namespace n on n.oid = relnamespace
         where nspname = 'public' and relkind in ('r', 'p', 'v', 'm', 'f')),
       whole as (
         select name, privilege from relation,
           unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN']) privilege
         where has_table_privilege(oid, privilege)),
       part as (
         select name, format('%s (%s)', privilege, attname) as privilege
         from relation join pg_attribute on attrelid = oid and attnum > 0 and not attisdropped,
           unnest(array['INSERT', 'UPDATE', 'REFERENCES']) privilege
         where has_column_privilege(oid, attnum, privilege) and not has_table_privilege(oid, privilege))
       select name, array_agg(privilege order by privilege) as held
       from (select * from whole union all select * from part) held group by name`,
    );
    return new Map(rows.map(({ name, held }) => [name, held]));
  }

  it('may read and add to the tables of the record, and nothing else', async () => {
    const held = await listPrivileges();
    for (const table of RECORD) expect([table, held.get(table)]).toEqual([table, ['INSERT', 'SELECT']]);
  });

  it('may do more with no table than those that are named here', async () => {
    const held = await listPrivileges();
    const excess = [...held].filter(([table, own]) =>
      own.some((each) => !(MAY_DO_MORE[table] ?? ['INSERT', 'SELECT']).includes(each)),
    );
    expect(excess).toEqual([]);
    for (const [table, own] of Object.entries(MAY_DO_MORE)) expect([table, held.get(table)]).toEqual([table, own]);
  });

  it('may empty no table at all, set no trigger and refer to none', async () => {
    for (const [table, own] of await listPrivileges()) {
      for (const each of ['TRUNCATE', 'TRIGGER', 'REFERENCES', 'MAINTAIN'])
        expect([table, own.includes(each)]).toEqual([table, false]);
    }
  });

  it('is refused by the server when it tries', async () => {
    for (const table of RECORD) {
      for (const sql of [
        `update ${table} set ${COLUMN_OF[table] ?? 'case_id'} = null`,
        `delete from ${table}`,
        `truncate ${table}`,
      ]) {
        await expect(database.pool.query(sql)).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  it('cannot erase a payload', async () => {
    await expect(database.pool.query(`select erase_payload('x', 1)`)).rejects.toMatchObject({ code: '42501' });
    const { rows } = await runAs(database.ownerUrl, `select erase_payload('x', 1) as erased`);
    expect(rows).toEqual([{ erased: false }]);
  });

  it('owns nothing, is no superuser, and can neither become the owner nor make objects', async () => {
    expect(
      await ask(
        `select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication from pg_roles where rolname = current_user`,
      ),
    ).toEqual([
      { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false, rolreplication: false },
    ]);
    expect(await ask('select relname from pg_class where relowner = current_user::regrole')).toEqual([]);
    expect(await ask('select proname from pg_proc where proowner = current_user::regrole')).toEqual([]);
    expect(
      await ask(
        `select rolname from pg_roles where rolname <> current_user and pg_has_role(current_user, oid, 'member')`,
      ),
    ).toEqual([]);
    await expect(database.pool.query('create table mine (x int)')).rejects.toMatchObject({ code: '42501' });
    await expect(database.pool.query('set role adit_owner')).rejects.toMatchObject({ code: '42501' });
    await expect(database.pool.query('alter table transition disable trigger all')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(database.pool.query('set session_replication_role = replica')).rejects.toMatchObject({
      code: '42501',
    });
  });

  it('can call no function that acts with more rights than its own', async () => {
    expect(
      await ask(
        `select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where n.nspname = 'public' and prosecdef and prorettype <> 'trigger'::regtype and has_function_privilege(p.oid, 'EXECUTE')`,
      ),
    ).toEqual([]);
  });

  it('is not the owner of the schema, which is no superuser either', async () => {
    const { rows } = await runAs(
      database.ownerUrl,
      'select rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user',
    );
    expect(rows).toEqual([{ rolsuper: false, rolcreaterole: false, rolbypassrls: false }]);
  });
});
