import pg from 'pg';
import { Column, Entity, PrimaryColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from '#testing';
import { createCommandPool, createDataSource } from './database.js';
import { migrate, pendingMigrations, revertMigrations } from './migrate.js';

class Shelf1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table shelf (id bigint primary key, label text not null)');
    await runner.query(`select pg_sleep(0.2)`);
    await runner.query(`do $$ begin
      execute format('grant select, insert on shelf to %I', current_setting('adit.app_role')); end $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table shelf');
  }
}

@Entity('shelf')
class Shelf {
  @PrimaryColumn('bigint')
  id!: number;

  @Column('text')
  label!: string;
}

describe('migrations', () => {
  const migrations = [Shelf1700000000001];
  let database: TestDatabase;

  beforeEach(async () => {
    database = await openEmptyDatabase();
  });
  afterEach(() => database.close());

  it('run once when two processes start together, and grant to the login of the application', async () => {
    const { ownerUrl, appUrl, pool } = database;
    expect(await pendingMigrations(pool, migrations)).toEqual(['Shelf1700000000001']);
    const both = await Promise.all([
      migrate(ownerUrl, { appUrl, migrations }),
      migrate(ownerUrl, { appUrl, migrations }),
    ]);
    expect(both.flat()).toEqual(['Shelf1700000000001']);
    expect(await pendingMigrations(pool, migrations)).toEqual([]);

    await pool.query(`insert into shelf values (1, 'first')`);
    await expect(pool.query('delete from shelf')).rejects.toMatchObject({ code: '42501' });
  });

  it('grant to the login of the application whatever its name', async () => {
    const { ownerUrl, adminUrl, name } = database;
    const login = `Desk "${name}"`;
    const admin = createCommandPool(adminUrl, { max: 1 });
    const app = new URL(ownerUrl);
    app.username = encodeURIComponent(login);
    app.password = 'spec';
    const pool = createCommandPool(app.href, { max: 1 });
    try {
      await admin.query(`create role ${pg.escapeIdentifier(login)} login password 'spec'`);
      await migrate(ownerUrl, { appUrl: app.href, migrations });
      expect(await pendingMigrations(pool, migrations)).toEqual([]);
      await expect(pool.query(`insert into shelf values (1, 'first')`)).resolves.toMatchObject({ rowCount: 1 });
    } finally {
      await pool.end();
      await admin.query(`drop owned by ${pg.escapeIdentifier(login)}`);
      await admin.query(`drop role ${pg.escapeIdentifier(login)}`);
      await admin.end();
    }
  });

  it('can be taken back and run again', async () => {
    const { ownerUrl, appUrl, pool } = database;
    await migrate(ownerUrl, { appUrl, migrations });
    await revertMigrations(ownerUrl, 1, { appUrl, migrations });
    expect(await pendingMigrations(pool, migrations)).toEqual(['Shelf1700000000001']);
    await migrate(ownerUrl, { appUrl, migrations });
    expect(await pendingMigrations(pool, migrations)).toEqual([]);
  });

  it('leave TypeORM reading the same types as the command pool', async () => {
    const { ownerUrl, appUrl, pool } = database;
    await migrate(ownerUrl, { appUrl, migrations });
    await pool.query(`insert into shelf values (9007199254740991, 'last')`);
    const source = createDataSource({ url: appUrl, entities: [Shelf] });
    await source.initialize();
    try {
      expect(await source.getRepository(Shelf).findOneByOrFail({ label: 'last' })).toEqual({
        id: Number.MAX_SAFE_INTEGER,
        label: 'last',
      });
    } finally {
      await source.destroy();
    }
  });
});

describe('the command pool', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it('reads numbers exactly, money as text and dates without a time zone', async () => {
    const { rows } = await database.pool.query(
      `select 42::bigint as id, 0.10::numeric as money, date '2026-03-31' as day, array[1, null]::bigint[] as ids,
              array[date '2026-04-01'] as days, timestamptz '2026-03-31 10:00+05:30' as at`,
    );
    expect(rows).toEqual([
      {
        id: 42,
        money: '0.10',
        day: '2026-03-31',
        ids: [1, null],
        days: ['2026-04-01'],
        at: new Date('2026-03-31T04:30:00Z'),
      },
    ]);
  });

  it('refuses a number that it cannot hold rather than rounding it', async () => {
    await expect(database.pool.query('select 9007199254740993::bigint as big')).rejects.toThrow('9007199254740993');
    expect((await database.pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('sends statements together and answers them in order', async () => {
    const client = await database.pool.connect();
    try {
      const answers = await Promise.all([
        client.query('begin'),
        client.query('select 1 as n'),
        client.query('select 2 as n'),
        client.query('commit'),
      ]);
      expect(answers.flatMap((answer) => answer.rows as { n: number }[])).toEqual([{ n: 1 }, { n: 2 }]);
    } finally {
      client.release();
    }
  });

  it('gives every spec a database of its own', async () => {
    const other = await openTestDatabase();
    try {
      expect(other.name).not.toBe(database.name);
      expect((await other.pool.query('select current_database() as name')).rows).toEqual([{ name: other.name }]);
      expect((await other.pool.query('select current_user as name')).rows).toEqual([{ name: 'adit_app' }]);
    } finally {
      await other.close();
    }
  });
});
