import { join } from 'node:path';
import type { Pool } from 'pg';
import { caseTypes, logicVersionOf } from '#case-types';
import { CaseEngine, CaseReader, FeedHub, FileKeyHolder, type EngineOptions } from '#engine';
import { createIdentity, type Passwords } from '#identity';
import {
  createCommandPool,
  loadSecrets,
  LoopDelayMonitor,
  PlatformClock,
  type AditConfig,
  type Logger,
} from '#platform';
import { RuleBook } from '#rulebook';
import type { ApiParts } from '../parts.js';
import { LawSource } from './law-source.js';
import { listLiveObstacles } from './live-obstacles.js';
import type { OpenDatabase } from './open-database.js';
import { startWorkers, type Workers } from './workers.js';

/** Connections for reads, log-ins and the clock, beside one for each lane. */
const READ_CONNECTIONS = 12;

export interface Runtime {
  readonly parts: ApiParts;
  /** Why no live case can be opened here; empty when one can. */
  readonly liveObstacles: readonly string[];
  /** Begins the work in the background, if the configuration wants it in this process. */
  startWork(): void;
  /** Ends everything that was begun, in the order in which it can be ended; the interface is closed before. */
  stop(): Promise<void>;
}

export interface Preparation {
  /** One for the whole process, so that hashes share their places. */
  readonly passwords: Passwords;
  /** Puts into the database what the parts rest on, before they are made. */
  readonly prepare: (pool: Pool) => Promise<void>;
  /** Other case types or options than the product's, for what measures it. */
  readonly engine?: Partial<EngineOptions>;
}

/** Makes the parts of one process on an open database. */
export async function createRuntime(
  config: AditConfig,
  log: Logger,
  database: Pick<OpenDatabase, 'appUrl' | 'embedded'>,
  { passwords, prepare, engine: changes }: Preparation,
): Promise<Runtime> {
  const pool = createCommandPool(database.appUrl, {
    max: config.lanes + READ_CONNECTIONS,
    applicationName: 'adit-api',
    onError: (error) => log.warn({ err: error }, 'an idle database connection was lost'),
  });
  const clock = new PlatformClock();
  const loopDelay = new LoopDelayMonitor();
  const law = new LawSource(new RuleBook(pool), log);
  try {
    const secrets = await loadSecrets(config.dataDir);
    await clock.start(pool);
    await prepare(pool);
    await law.start();
    loopDelay.start();
    const identity = createIdentity({ pool, clock, signingKey: secrets.tokenSigningKey, config, log, passwords });
    const liveObstacles = await listLiveObstacles(pool, database, secrets);
    const options: EngineOptions = {
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
      liveObstacles,
      ...changes,
    };
    const engine = new CaseEngine(pool, options);
    const reader = new CaseReader(pool, engine);
    const hub = new FeedHub(pool, engine, reader);
    let workers: Workers | undefined;
    return {
      parts: {
        config,
        log,
        clock,
        loopDelay,
        secrets,
        pool,
        databaseUrl: database.appUrl,
        identity,
        caseTypes: options.caseTypes,
        engine,
        reader,
        hub,
        currentLaw: () => law.forCalculators(),
      },
      liveObstacles,
      startWork: () => {
        if (config.worker) workers ??= startWorkers(pool, engine, identity.sessions, log, law.isPublished, clock);
      },
      stop: async () => {
        await workers?.stop();
        await engine.close();
        law.stop();
        loopDelay.stop();
        clock.stop();
        await pool.end();
      },
    };
  } catch (error) {
    law.stop();
    loopDelay.stop();
    clock.stop();
    await pool.end();
    throw error;
  }
}
