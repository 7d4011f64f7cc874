import pg from 'pg';
import { migrations as allMigrations } from '#migrations';
import type { DataSource, MigrationInterface } from 'typeorm';
import { MIGRATIONS_TABLE, createDataSource } from './database.js';

/** Any number will do, as long as every process of this product takes the same one. */
const MIGRATION_LOCK = 7_321_645_001;

type MigrationClass = new () => MigrationInterface;

export interface MigrateOptions {
  /** URL of the application's login, whose name the migrations grant to; the owner itself if not given. */
  appUrl?: string;
  migrations?: readonly MigrationClass[];
}

/**
 * Runs the pending migrations, each in its own transaction, and returns their names. Processes that start together
 * wait for each other. Migrations find the login to grant to in `current_setting('adit.app_role')`.
 *
 * The lock and that setting belong to the session: the owner's URL must lead to the server itself, not to a pooler.
 */
export async function migrate(ownerUrl: string, options: MigrateOptions = {}): Promise<string[]> {
  return await withMigrationSession(ownerUrl, options, async (source, appRole) => {
    const done = await source.runMigrations();
    // Readiness asks as the application which migrations were run.
    await source.query(`grant select on ${MIGRATIONS_TABLE} to ${pg.escapeIdentifier(appRole)}`);
    return done.map((migration) => migration.name);
  });
}

/** Undoes the newest migrations that were run, newest first. For tests and for a deployment that is taken back. */
export async function revertMigrations(ownerUrl: string, count: number, options: MigrateOptions = {}): Promise<void> {
  await withMigrationSession(ownerUrl, options, async (source) => {
    for (let undone = 0; undone < count; undone += 1) await source.undoLastMigration();
  });
}

async function withMigrationSession<T>(
  ownerUrl: string,
  options: MigrateOptions,
  work: (source: DataSource, appRole: string) => Promise<T>,
): Promise<T> {
  const appRole = await findLogin(options.appUrl ?? ownerUrl);
  const source = createDataSource({
    url: ownerUrl,
    migrations: options.migrations ?? allMigrations,
    // One connection, so that the lock, the setting and every migration share a session.
    max: 1,
    applicationName: 'adit-migrate',
    statementTimeoutMs: 0,
  });
  await source.initialize();
  try {
    await source.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await source.query(`select set_config('adit.app_role', $1, false)`, [appRole]);
    return await work(source, appRole);
  } finally {
    // Ends the session, and with it the lock.
    await source.destroy();
  }
}

/** The name under which the server knows the login of a URL. */
async function findLogin(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ login: string }>('select current_user as login');
    if (rows[0] === undefined) throw new Error('The database does not say who is logged in');
    return rows[0].login;
  } finally {
    await client.end();
  }
}

/** Names of the migrations that the code has and the database has not, oldest first. */
export async function pendingMigrations(
  pool: pg.Pool,
  migrations: readonly MigrationClass[] = allMigrations,
): Promise<string[]> {
  const done = new Set<string>();
  const found = await pool.query<{ there: boolean }>('select to_regclass($1) is not null as there', [MIGRATIONS_TABLE]);
  if (found.rows[0]?.there) {
    const { rows } = await pool.query<{ name: string }>(`select name from ${MIGRATIONS_TABLE}`);
    for (const row of rows) done.add(row.name);
  }
  return migrations.map(nameMigration).filter((name) => !done.has(name));
}

/** As TypeORM names them in its table. */
function nameMigration(migration: MigrationClass): string {
  return new migration().name ?? migration.name;
}
