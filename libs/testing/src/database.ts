import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createCommandPool, migrate, startEmbeddedPostgres, withFileLock } from '#platform';

export interface TestDatabase {
  /** Name of this database in the shared cluster. */
  name: string;
  /** Owner of the schema, not a superuser. */
  ownerUrl: string;
  /** The application's login, with the grants that the migrations gave it. */
  appUrl: string;
  /** Superuser, for what a test must do behind the product's back. */
  adminUrl: string;
  /** Command pool of the application's login. */
  pool: pg.Pool;
  /** Ends the pool and removes the database, whoever is still connected. */
  close(): Promise<void>;
}

interface SharedCluster {
  pid: number;
  dir: string;
  ownerUrl: string;
  appUrl: string;
  adminUrl: string;
}

const TEMPLATE = 'adit';

/**
 * A database of its own, migrated, empty and real, for one spec. The cluster is started once per test run and the
 * migrations are run once; each call copies the result, which takes some tens of milliseconds.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  return await createDatabase(`test_${randomBytes(6).toString('hex')}`, TEMPLATE);
}

/** A database without the schema, for tests of the migrations themselves. */
export async function openEmptyDatabase(): Promise<TestDatabase> {
  return await createDatabase(`empty_${randomBytes(6).toString('hex')}`, 'template0');
}

async function createDatabase(name: string, template: string): Promise<TestDatabase> {
  const cluster = await findSharedCluster();
  await runAsAdmin(cluster, `create database ${name} template ${template} owner adit_owner`);
  const pool = createCommandPool(inDatabase(cluster.appUrl, name), { applicationName: 'adit-spec' });
  return {
    name,
    ownerUrl: inDatabase(cluster.ownerUrl, name),
    appUrl: inDatabase(cluster.appUrl, name),
    adminUrl: inDatabase(cluster.adminUrl, name),
    pool,
    close: async () => {
      await pool.end();
      await runAsAdmin(cluster, `drop database ${name} with (force)`);
    },
  };
}

async function findSharedCluster(): Promise<SharedCluster> {
  const run = process.env['TEST_CLUSTER_DIR'];
  if (run === undefined) throw new Error('openTestDatabase() works under the test runner, which names the cluster');
  const file = join(run, 'cluster.json');
  // Workers that come at the same moment must not each start a cluster of their own.
  return await withFileLock(`${file}.lock`, async () => {
    if (!existsSync(file)) await startSharedCluster(file, Number(process.env['TEST_RUN_PID']));
    return JSON.parse(readFileSync(file, 'utf8')) as SharedCluster;
  });
}

async function startSharedCluster(file: string, ownerPid: number): Promise<void> {
  const { pid, dir, ownerUrl, appUrl, adminUrl, stop } = await startEmbeddedPostgres({ ephemeral: true, ownerPid });
  try {
    await migrate(ownerUrl, { appUrl });
  } catch (error) {
    await stop();
    throw error;
  }
  const cluster: SharedCluster = { pid, dir, ownerUrl, appUrl, adminUrl };
  // A template must have nobody connected while it is copied.
  await runAsAdmin(cluster, `alter database ${TEMPLATE} with allow_connections false is_template true`);
  writeFileSync(`${file}.new`, JSON.stringify(cluster), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

async function runAsAdmin(cluster: SharedCluster, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inDatabase(cluster.adminUrl, 'postgres') });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
