import { Passwords, type DemoAccount } from '#identity';
import { createLogger, loadConfig } from '#platform';
import { openBlobStore } from '#registers';
import { createApi } from './bootstrap.js';
import { seedDemoCase } from './runtime/demo-case.js';
import { greet } from './runtime/greeting.js';
import { openDatabase } from './runtime/open-database.js';
import { createRuntime } from './runtime/runtime.js';
import { seedDemonstration } from './runtime/seed.js';
import { refuseToStart, stopOnSignals } from './runtime/signals.js';

/** `npm start`: database, schema, seed, interface and worker in one process, from nothing or from what is there. */
async function start(): Promise<void> {
  const config = loadConfig();
  const log = createLogger(config);
  const database = await openDatabase(config, log);
  try {
    const passwords = new Passwords();
    let accounts: readonly DemoAccount[] = [];
    const runtime = await createRuntime(config, log, database, {
      passwords,
      prepare: async (pool) => {
        if (config.demo) accounts = await seedDemonstration(pool, passwords, config.dataDir, openBlobStore(config));
      },
    });
    const app = await createApi(runtime.parts);
    stopOnSignals(log, async () => {
      // Streams end first and requests under way get their answers; then nothing needs the engine or the database.
      await app.close();
      await runtime.stop();
      await database.stop();
    });
    await app.listen({ host: config.host, port: config.port });
    runtime.startWork();
    const demoCase = config.demo ? await seedDemoCase(runtime.parts) : undefined;
    const { liveObstacles } = runtime;
    const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
    process.stdout.write(greet({ url, database: database.description, liveObstacles, accounts, demoCase }));
  } catch (error) {
    await database.stop();
    throw error;
  }
}

start().catch(refuseToStart);
