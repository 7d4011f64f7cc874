import { caseTypes } from '#case-types';
import { Passwords } from '#identity';
import { createLogger, loadConfig } from '#platform';
import { tally } from '#testing';
import { createApi } from '../../../api/src/bootstrap.js';
import { createRuntime } from '../../../api/src/runtime/runtime.js';
import { seedDemonstration } from '../../../api/src/runtime/seed.js';

/** Hundreds of people log in before anything is measured, and what a hash costs is not what is measured. */
const CHEAP_HASH = { memoryCost: 64, timeCost: 1 };

/**
 * The product's own interface in a process of its own, with the invented case type that counts beside those that are
 * served: everything between the socket and the COMMIT is what is served. Tells its parent the address.
 */
async function serve(): Promise<void> {
  const config = loadConfig();
  const log = createLogger(config);
  if (config.databaseUrl === undefined) throw new Error('the bench names its database');
  const passwords = new Passwords({ cost: CHEAP_HASH });
  const runtime = await createRuntime(
    config,
    log,
    { appUrl: config.databaseUrl, embedded: false },
    {
      passwords,
      prepare: async (pool) => {
        await seedDemonstration(pool, passwords, config.dataDir);
      },
      engine: { caseTypes: [tally, ...caseTypes], logicVersionOf: () => 'bench', liveObstacles: [] },
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
