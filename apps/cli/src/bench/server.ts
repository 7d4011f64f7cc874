import { Passwords } from '#identity';
import { createLogger, loadConfig } from '#platform';
import { tally } from '#testing';
import { createApi } from '../../../api/src/bootstrap.js';
import { createRuntime } from '../../../api/src/runtime/runtime.js';
import { seedDemonstration } from '../../../api/src/runtime/seed.js';

/**
 * The product's own interface in a process of its own, with the invented case type that counts: everything between the
 * socket and the COMMIT is what is served. Tells its parent the address.
 */
async function serve(): Promise<void> {
  const config = loadConfig();
  const log = createLogger(config);
  if (config.databaseUrl === undefined) throw new Error('the bench names its database');
  const passwords = new Passwords();
  const runtime = await createRuntime(
    config,
    log,
    { appUrl: config.databaseUrl, embedded: false },
    {
      passwords,
      prepare: async (pool) => {
        await seedDemonstration(pool, passwords, config.dataDir);
      },
      engine: { caseTypes: [tally], logicVersionOf: () => 'bench', liveObstacles: [] },
    },
  );
  const app = await createApi(runtime.parts);
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.on('SIGTERM', () => {
    void app
      .close()
      .then(() => runtime.stop())
      .then(() => process.exit(0));
  });
  process.send?.(await app.getUrl());
}

await serve();
