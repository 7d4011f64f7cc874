import pg from 'pg';
import { DataSource, type EntityTarget, type MigrationInterface, type ObjectLiteral } from 'typeorm';
import { databaseTypes } from './database-types.js';

export interface CommandPoolOptions {
  /** Most connections at a time: the lanes, and some for reads. */
  max?: number;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Longest run of one statement, in milliseconds. */
  statementTimeoutMs?: number;
  /** Longest pause inside a transaction, in milliseconds: a process that hangs must not keep its row locks. */
  idleInTransactionMs?: number;
  /** Told when an idle connection breaks; the pool replaces it by itself. */
  onError?: (error: Error) => void;
}

/**
 * Pool for the command path. Its connections pipeline: statements sent without waiting go out together and are
 * answered in order, so that a group commit takes two round trips. Cursors and COPY do not work on such connections.
 */
export function createCommandPool(url: string, options: CommandPoolOptions = {}): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.max ?? 10,
    pipeline: true,
    types: databaseTypes,
    application_name: options.applicationName ?? 'adit',
    statement_timeout: options.statementTimeoutMs ?? 15_000,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? 15_000,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // Without a listener the loss of an idle connection would end the process.
  pool.on('error', options.onError ?? warnOfLostConnection);
  // Nor may that of one in use: whoever waits on it learns of it from his statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

function warnOfLostConnection(error: Error): void {
  process.emitWarning(`Idle database connection lost: ${error.message}`, 'DatabaseWarning');
}

export type EntityClass = EntityTarget<ObjectLiteral> & (abstract new () => object);

export interface DataSourceSettings {
  url: string;
  entities?: readonly EntityClass[];
  migrations?: readonly (new () => MigrationInterface)[];
  max?: number;
  applicationName?: string;
  statementTimeoutMs?: number;
  onError?: (error: Error) => void;
}

export const MIGRATIONS_TABLE = 'schema_migration';

/**
 * TypeORM over the same types as the command pool, for entities and all queries off the command path. Not yet
 * initialised. The schema comes from migrations only.
 */
export function createDataSource(settings: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    driver: pg,
    url: settings.url,
    applicationName: settings.applicationName ?? 'adit-orm',
    entities: [...(settings.entities ?? [])],
    migrations: [...(settings.migrations ?? [])],
    migrationsTableName: MIGRATIONS_TABLE,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    // gen_random_uuid() is built in; no extension, which would take a superuser, is wanted.
    installExtensions: false,
    uuidExtension: 'pgcrypto',
    poolErrorHandler: settings.onError ?? warnOfLostConnection,
    extra: {
      max: settings.max ?? 5,
      types: databaseTypes,
      statement_timeout: settings.statementTimeoutMs ?? 30_000,
      idle_in_transaction_session_timeout: 30_000,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    },
  });
}
