import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { Passwords } from '#identity';
import { createCommandPool } from '#platform';
import { CuttingProxy } from '#testing';
import { seedDemonstration } from '../../../api/src/runtime/seed.js';
import { makeBidder, type DrivenBidder } from '../drive/bidders.js';
import { inParallel } from '../drive/in-parallel.js';
import { People } from '../drive/people.js';
import { Journal, WitnessedClient } from './journal.js';
import type { ProcessName } from './plan.js';
import { StagedDatabase } from './staged-database.js';
import { StagedProcess } from './staged-process.js';

/** What a hash costs is not what is tried. */
const CHEAP_HASH = { memoryCost: 64, timeCost: 1 };
const BIDDERS = 8;
const ABREAST = 4;

/** One api, as it is reached and as it reaches the database. */
export interface StagedApi {
  readonly url: string;
  readonly process: StagedProcess;
  readonly proxy: CuttingProxy;
}

/** The product's own programs as they are run for real: two apis and a worker on one database, each a process. */
export class Stage {
  readonly journal = new Journal();
  /** Who asks at the first api first, and who at the second. */
  readonly people: readonly [People, People];
  bidders: readonly DrivenBidder[] = [];

  private constructor(
    /** Logs, secrets, seal keys and papers. */
    readonly directory: string,
    readonly database: StagedDatabase,
    /** Straight to the database, for whoever looks at what was written. */
    readonly pool: Pool,
    readonly apis: readonly [StagedApi, StagedApi],
    readonly worker: StagedProcess,
  ) {
    const urls = apis.map(({ url }) => url);
    this.people = [
      new People(new WitnessedClient(urls, this.journal)),
      new People(new WitnessedClient(urls.toReversed(), this.journal)),
    ];
  }

  static async start(): Promise<Stage> {
    const directory = mkdtempSync(join(tmpdir(), 'adit-faults-'));
    const database = await StagedDatabase.start();
    const pool = createCommandPool(database.appUrl, {
      max: 4,
      applicationName: 'adit-faults',
      onError: () => undefined,
    });
    await seedDemonstration(pool, new Passwords({ cost: CHEAP_HASH }), directory);
    const apis: readonly [StagedApi, StagedApi] = [
      await prepareApi('api-1', database.appUrl, directory),
      await prepareApi('api-2', database.appUrl, directory),
    ];
    const worker = new StagedProcess({
      name: 'worker',
      program: 'apps/worker/src/main',
      env: environmentOf(database.appUrl, directory),
      readyText: '"working"',
      logFile: join(directory, 'worker.log'),
    });
    const stage = new Stage(directory, database, pool, apis, worker);
    await Promise.all(stage.processes.map((each) => each.start()));
    await stage.gatherBidders();
    return stage;
  }

  get urls(): readonly string[] {
    return this.apis.map(({ url }) => url);
  }

  get processes(): readonly StagedProcess[] {
    return [...this.apis.map((api) => api.process), this.worker];
  }

  processOf(name: ProcessName): StagedProcess {
    if (name === 'worker') return this.worker;
    return this.apis[name === 'api-1' ? 0 : 1].process;
  }

  /** Ends everything; the logs stay when somebody is to read them. */
  async stop({ keepLogs }: { readonly keepLogs: boolean }): Promise<void> {
    await Promise.all(this.processes.map((each) => each.stop()));
    for (const { proxy } of this.apis) await proxy.stop();
    await this.pool.end();
    await this.database.stop();
    if (!keepLogs) rmSync(this.directory, { recursive: true, force: true });
  }

  private async gatherBidders(): Promise<void> {
    const wanted = Array.from({ length: BIDDERS }, (_, index) => ({
      login: `bidder-${index}@faults.example`,
      legalName: `Tried Company ${index} Limited`,
    }));
    this.bidders = await inParallel(wanted, ABREAST, (each) => makeBidder(this.people[0], each));
    // Everybody is logged in at both doors before anything is tried: hashing a password is slow on purpose.
    const logins = [...this.bidders.map(({ login }) => login), 'auditor'];
    await inParallel(logins, ABREAST, async (login) => {
      for (const people of this.people) await people.as(login).get('/v1/me');
    });
  }
}

async function prepareApi(name: ProcessName, appUrl: string, directory: string): Promise<StagedApi> {
  const proxy = await CuttingProxy.start(appUrl);
  const port = await findFreePort();
  const process = new StagedProcess({
    name,
    program: 'apps/api/src/main',
    env: { ...environmentOf(proxy.url, directory), ADIT_PORT: String(port) },
    readyText: '"ready"',
    logFile: join(directory, `${name}.log`),
  });
  return { url: `http://127.0.0.1:${port}`, process, proxy };
}

function environmentOf(databaseUrl: string, directory: string): Readonly<Record<string, string>> {
  return {
    DATABASE_URL: databaseUrl,
    ADIT_DATA_DIR: directory,
    // Nobody logs in anew in the middle of a run, when it is not that which is tried.
    ADIT_ACCESS_TOKEN_SECONDS: '36000',
    ADIT_WORKER: 'false',
  };
}

/** A process that is started again must be found where it was. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
