import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Pool } from 'pg';
import type { EngineOptions } from '#engine';
import { DEMO_PASSWORD, Passwords } from '#identity';
import { createLogger, loadConfig, type AditConfig } from '#platform';
import { openBlobStore } from '#registers';
import { openTestDatabase, type TestDatabase } from '#testing';
import { createApi } from '../../apps/api/src/bootstrap.js';
import { createRuntime, type Runtime } from '../../apps/api/src/runtime/runtime.js';
import { seedDemonstration } from '../../apps/api/src/runtime/seed.js';
import { Client } from './client.js';

export interface ApiWorld {
  readonly baseUrl: string;
  readonly runtime: Runtime;
  readonly app: NestFastifyApplication;
  readonly database: TestDatabase;
  readonly document: OpenAPIObject;
  /** Every line that the process has logged. */
  readonly log: readonly string[];
  readonly dataDir: string;
  /** Somebody without a log-in. */
  readonly anybody: Client;
  /** Logs a person of the demonstration in; remembered, because hashing takes its time. */
  as(name: string, actingAs?: string): Promise<Client>;
  /** Ends the interface and all behind it, as a signal would; the database stays. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

/** What a test wants otherwise than the platform of the demonstration has it. */
export interface WorldChanges {
  /** Runs on the empty database, before the demonstration is put into it. */
  readonly before?: (pool: Pool, passwords: Passwords) => Promise<void>;
  readonly engine?: Partial<EngineOptions>;
  /** A free one if none is named. */
  readonly port?: number;
}

/** The whole interface on a database of its own, with the people of the demonstration, listening. */
export async function openApiWorld(
  settings: Readonly<Record<string, string>> = {},
  { before, engine, port = 0 }: WorldChanges = {},
): Promise<ApiWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'adit-api-'));
  const database = await openTestDatabase();
  const config: AditConfig = loadConfig({
    ADIT_DATA_DIR: dataDir,
    ADIT_PORT: '0',
    ADIT_LOOP_DELAY_LIMIT_MS: '30000',
    ADIT_CLOCK_OFFSET_LIMIT_MS: '5000',
    ADIT_WORKER: 'false',
    ...settings,
  });
  const log: string[] = [];
  const logger = createLogger(config, { write: (line: string) => void log.push(line) });
  // The real cost of a hash is a matter of its own tests.
  const passwords = new Passwords({ cost: { memoryCost: 64, timeCost: 1 } });
  const urls = { appUrl: database.appUrl, embedded: true };
  const runtime = await createRuntime(config, logger, urls, {
    passwords,
    prepare: async (pool) => {
      await before?.(pool, passwords);
      await seedDemonstration(pool, passwords, dataDir, openBlobStore(config));
    },
    ...(engine === undefined ? {} : { engine }),
  });
  const app = await createApi(runtime.parts);
  await app.listen({ port, host: '127.0.0.1' });
  runtime.startWork();
  const baseUrl = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const anybody = await Client.open(baseUrl);
  const tokens = new Map<string, Promise<string>>();
  const logIn = (name: string): Promise<string> => {
    const known = tokens.get(name) ?? anybody.logIn(`${name}@adit.example`, DEMO_PASSWORD);
    tokens.set(name, known);
    return known;
  };
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopped ??= app.close().then(() => runtime.stop());
    return stopped;
  };
  return {
    baseUrl,
    runtime,
    app,
    database,
    document: anybody.document,
    log,
    dataDir,
    anybody,
    as: async (name, actingAs) => anybody.withToken(await logIn(name), actingAs),
    stop,
    close: async () => {
      await stop();
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
