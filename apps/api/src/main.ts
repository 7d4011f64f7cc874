import { Passwords } from '#identity';
import { createLogger, loadConfig, pendingMigrations } from '#platform';
import { createApi } from './bootstrap.js';
import { createRuntime } from './runtime/runtime.js';
import { refuseToStart, stopOnSignals } from './runtime/signals.js';

/**
 * The interface alone, for production: on a database that others migrate and seed, with workers in processes of their
 * own. Any number of these may run beside each other.
 */
async function main(): Promise<void> {
  const config = loadConfig();
  const { databaseUrl } = config;
  if (databaseUrl === undefined) throw new Error('DATABASE_URL must name the database; `npm start` brings its own.');
  const log = createLogger(config);
  const database = { appUrl: databaseUrl, embedded: false };
  const runtime = await createRuntime({ ...config, worker: false }, log, database, {
    passwords: new Passwords(),
    prepare: async (pool) => {
      const pending = await pendingMigrations(pool);
      if (pending.length > 0) throw new Error(`The schema is older than the program; missing: ${pending.join(', ')}`);
    },
  });
  const app = await createApi(runtime.parts);
  stopOnSignals(log, async () => {
    await app.close();
    await runtime.stop();
  });
  await app.listen({ host: config.host, port: config.port });
  log.info({ url: await app.getUrl() }, 'ready');
}

main().catch(refuseToStart);
