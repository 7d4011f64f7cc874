import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { createCommandPool, migrate, pendingMigrations, startEmbeddedPostgres, type AditConfig } from '#platform';

/** There is no database to work on, or it has another schema than this program. */
export class DatabaseNotReady extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DatabaseNotReady';
  }
}

export interface OpenOptions {
  /** `app` reads and writes as the platform does; `owner` may change what the application may not. */
  readonly login: 'app' | 'owner';
  /** Make what is missing: the embedded database, the schema. Otherwise a missing one is refused. */
  readonly create: boolean;
  readonly report: (message: string) => void;
}

/** No command here is hurried; a long table is read to its end. */
const UNLIMITED = { statementTimeoutMs: 0, idleInTransactionMs: 0, applicationName: 'adit-cli', max: 3 } as const;

/**
 * Gives a command the database of the configuration; the embedded one is taken over if it runs, and started for as
 * long as the command takes if it does not.
 * @throws DatabaseNotReady
 */
export async function withDatabase<T>(
  config: AditConfig,
  options: OpenOptions,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  const { databaseUrl, ownerUrl, dataDir } = config;
  if (databaseUrl !== undefined)
    return await onServer({ appUrl: databaseUrl, ownerUrl: ownerUrl ?? databaseUrl }, options, work);
  const dir = join(dataDir, 'pg');
  if (!options.create && !existsSync(join(dir, 'data')) && !existsSync(join(dir, 'moved-to'))) {
    throw new DatabaseNotReady(
      `there is no database in ${dir}; set DATABASE_URL or ADIT_DATA_DIR, or start the platform once`,
    );
  }
  const postgres = await startEmbeddedPostgres({ dir, report: options.report });
  try {
    return await onServer(postgres, options, work);
  } finally {
    await postgres.stop();
  }
}

async function onServer<T>(
  urls: { readonly appUrl: string; readonly ownerUrl: string },
  { login, create }: OpenOptions,
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  if (create) await migrate(urls.ownerUrl, { appUrl: urls.appUrl });
  const pool = createCommandPool(login === 'owner' ? urls.ownerUrl : urls.appUrl, UNLIMITED);
  try {
    const pending = await pendingMigrations(pool);
    if (pending.length > 0) {
      throw new DatabaseNotReady(`its schema lacks ${pending.join(', ')}; start this version of the platform once`);
    }
    return await work(pool);
  } finally {
    await pool.end();
  }
}
