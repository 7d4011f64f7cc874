import { join } from 'node:path';
import { migrate, startEmbeddedPostgres, type AditConfig, type Logger } from '#platform';

export interface OpenDatabase {
  /** Login of the application. */
  readonly appUrl: string;
  /** For people: where the data is. */
  readonly description: string;
  readonly embedded: boolean;
  stop(): Promise<void>;
}

/** The database of the configuration, or the PostgreSQL that npm installed; its schema brought up to date. */
export async function openDatabase(config: AditConfig, log: Logger): Promise<OpenDatabase> {
  const { databaseUrl, ownerUrl } = config;
  if (databaseUrl !== undefined) {
    await migrateAndTell(ownerUrl ?? databaseUrl, databaseUrl, log);
    return {
      appUrl: databaseUrl,
      description: 'the database of DATABASE_URL',
      embedded: false,
      stop: async () => undefined,
    };
  }
  const postgres = await startEmbeddedPostgres({
    dir: join(config.dataDir, 'pg'),
    report: (message) => log.info({ context: 'embedded database' }, message),
  });
  try {
    await migrateAndTell(postgres.ownerUrl, postgres.appUrl, log);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return {
    appUrl: postgres.appUrl,
    description: `an embedded PostgreSQL on 127.0.0.1:${postgres.port}, data in ${postgres.dir}`,
    embedded: true,
    stop: () => postgres.stop(),
  };
}

async function migrateAndTell(ownerUrl: string, appUrl: string, log: Logger): Promise<void> {
  const done = await migrate(ownerUrl, { appUrl });
  if (done.length > 0) log.info({ migrations: done }, 'the schema was brought up to date');
}
