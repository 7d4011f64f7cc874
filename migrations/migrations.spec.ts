import { migrations } from '#migrations';
import { MIGRATIONS_TABLE, createCommandPool, migrate, pendingMigrations, revertMigrations } from '#platform';
import { openEmptyDatabase, type TestDatabase } from '#testing';

describe('the migrations', () => {
  let database: TestDatabase;
  let admin: ReturnType<typeof createCommandPool>;

  beforeAll(async () => {
    database = await openEmptyDatabase();
    admin = createCommandPool(database.adminUrl, { max: 1 });
  });
  afterAll(async () => {
    await admin.end();
    await database.close();
  });

  async function list(sql: string): Promise<string[]> {
    const { rows } = await admin.query<{ line: string }>(sql, [MIGRATIONS_TABLE]);
    return rows.map((row) => row.line);
  }

  const listObjects = (): Promise<string[]> =>
    list(`
      select 'relation ' || relname || ' ' || relkind::text as line from pg_class
       where relnamespace = 'public'::regnamespace and relkind not in ('i', 'I') and relname not like $1 || '%'
      union select 'function ' || oid::regprocedure::text from pg_proc where pronamespace = 'public'::regnamespace
      union select 'type ' || typname from pg_type
       where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')
      order by line`);

  const listDetails = (): Promise<string[]> =>
    list(`
      select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' '
             || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') as line
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> $1
      union select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
       where connamespace = 'public'::regnamespace
      union select relname || ' ' || coalesce(relacl::text, '') from pg_class
       where relnamespace = 'public'::regnamespace
      union select indexdef from pg_indexes where schemaname = 'public'
      union select tgrelid::regclass || ' ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
      order by line`);

  it('run, are taken back without a trace, and run again to the same schema', async () => {
    const { ownerUrl, appUrl, pool } = database;
    const names = await migrate(ownerUrl, { appUrl });
    expect(names).toHaveLength(migrations.length);
    expect(await pendingMigrations(pool)).toEqual([]);
    const objects = await listObjects();
    const details = await listDetails();

    await revertMigrations(ownerUrl, migrations.length, { appUrl });
    expect(await listObjects()).toEqual([]);

    await migrate(ownerUrl, { appUrl });
    expect(await listObjects()).toEqual(objects);
    expect(await listDetails()).toEqual(details);
  });

  it('say of every table what it is for', async () => {
    expect(
      await list(`
        select relname as line from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relname <> $1
           and obj_description(oid, 'pg_class') is null order by 1`),
    ).toEqual([]);
  });

  it('leave nothing in the hands of a login that is not the owner', async () => {
    expect(
      await list(`
        select relname || ' belongs to ' || relowner::regrole as line from pg_class
         where relnamespace = 'public'::regnamespace and relowner <> 'adit_owner'::regrole and relname <> $1`),
    ).toEqual([]);
  });

  it('are numbered in the order in which they run', () => {
    const stamps = migrations.map((migration) => Number(/\d{13}$/.exec(migration.name)?.[0]));
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(new Set(stamps).size).toBe(stamps.length);
  });
});
