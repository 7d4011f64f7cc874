import { hostname } from 'node:os';
import { join } from 'node:path';
import { caseTypes, logicVersionOf } from '#case-types';
import { CaseEngine, DueWorker, FileKeyHolder, LawWorker, OutboxWorker } from '#engine';
import { createIdentity } from '#identity';
import { createCommandPool, createLogger, loadConfig, loadSecrets, pendingMigrations, PlatformClock } from '#platform';
import { Papers } from '#registers';
import { RuleBook } from '#rulebook';

const LAW_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 3_600_000;
const REMIND_EVERY_MS = 600_000;
const PATIENCE_MS = 15_000;

/**
 * The work in the background, alone: what falls due, the outbox, newly published law, and what log-ins leave behind.
 * Any number of these may run, beside any number of interfaces with ADIT_WORKER=false.
 */
async function main(): Promise<void> {
  const config = loadConfig();
  if (config.databaseUrl === undefined) {
    throw new Error('DATABASE_URL must name the database; `npm start` brings its own and a worker with it.');
  }
  const log = createLogger(config);
  const pool = createCommandPool(config.databaseUrl, {
    max: config.lanes + 6,
    applicationName: 'adit-worker',
    onError: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  const pending = await pendingMigrations(pool);
  if (pending.length > 0) throw new Error(`The schema is older than the program; missing: ${pending.join(', ')}`);
  const clock = new PlatformClock();
  await clock.start(pool);
  const secrets = await loadSecrets(config.dataDir);
  const law = new RuleBook(pool);
  await law.refresh();
  const identity = createIdentity({ pool, clock, signingKey: secrets.tokenSigningKey, config, log });
  const engine = new CaseEngine(pool, {
    caseTypes,
    logicVersionOf,
    law,
    authority: identity.authority,
    keyHolder: new FileKeyHolder(join(config.dataDir, 'seal-keys'), clock),
    clock,
    log,
    commandKeySecret: secrets.commandKey.export(),
    graceMs: config.graceMs,
    lanes: config.lanes,
    batch: config.batch,
    queueLimit: config.queueLimit,
    // It opens only what another case asks for, and that case is live only where a live one may be opened.
    liveObstacles: [],
  });
  const workers = [
    new DueWorker(pool, engine, `${hostname()}:${process.pid}`),
    new OutboxWorker(pool, engine, {
      // What one organisation is told says who takes part in the case, and counts what he does.
      deliver: async ({ to, template }, { caseId, rehearsal }) => {
        if (!to.startsWith('org:')) log.info({ to, template, caseId, rehearsal }, 'a notice is due');
      },
    }),
    new LawWorker(pool, engine),
  ];
  const report = (what: string) => (error: unknown) => log.warn({ err: error }, what);
  const papers = new Papers(pool, clock);
  const remind = async (): Promise<void> => {
    const sent = await papers.remind(async () => undefined);
    if (sent > 0) log.info({ template: 'paper-expires', sent }, 'notices are due');
  };
  const timers = [
    setInterval(() => void law.refresh().catch(report('the rule book could not be looked at')), LAW_EVERY_MS),
    setInterval(() => void remind().catch(report('bidders could not be reminded of their papers')), REMIND_EVERY_MS),
    setInterval(() => void identity.sessions.prune().catch(report('log-ins could not be pruned')), PRUNE_EVERY_MS),
  ];
  for (const worker of workers) worker.start();
  log.info('working');

  let stopping = false;
  const stop = async (): Promise<void> => {
    for (const timer of timers) clearInterval(timer);
    await Promise.all(workers.map((worker) => worker.stop()));
    await engine.close();
    clock.stop();
    await pool.end();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      log.info({ reason: signal }, 'stopping');
      setTimeout(() => process.exit(1), PATIENCE_MS).unref();
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.fatal({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`The worker cannot start. ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
